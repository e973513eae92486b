"""Local call types and words to neutral ones."""
