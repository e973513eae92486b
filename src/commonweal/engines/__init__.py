"""Pure thinking: frozen values in, a decision with its reasons out."""
