"""Where versions of models come from, one kind of place a file."""
