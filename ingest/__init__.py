"""The writer: sources in, a new generation of knowledge out. Synchronous."""
