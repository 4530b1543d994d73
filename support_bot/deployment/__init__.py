"""Files that run Support Bot on a server, with the operator's own paths filled in."""
