"""What is known and how it is stored and searched: the noun that both verbs share."""
