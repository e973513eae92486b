"""Template tags: the words and shapes that every page shares."""
