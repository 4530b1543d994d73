"""The path of a question: read answer.py from top to bottom."""
