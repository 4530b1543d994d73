"""From a question to the passages that may answer it, and how far to trust them."""
