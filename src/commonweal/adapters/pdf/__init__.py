"""PDF: paper that is sent or kept as a file."""
