"""What people open in a browser: the front page and the page of a stored document."""
