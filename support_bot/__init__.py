"""The reader: a question in, a cited answer out. Asynchronous."""
