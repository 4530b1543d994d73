"""How anything is fetched from the web: from allowed addresses only, politely, and once where it has not changed."""
