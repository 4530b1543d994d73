"""What the decoder is made of: a stream of Markdown cut into claims, each held against the passages."""
