"""A language model behind an HTTP endpoint: its stream, its failures and its price."""
