"""How a source is added: described by flags or at a terminal, tried, and written into the configuration file."""
