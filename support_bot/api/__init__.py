"""The HTTP edge: one protocol a file."""
