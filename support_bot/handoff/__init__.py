"""The way to a person: what visitors hand over, and how it gets to whoever answers them."""
