"""Variables and scopes: what a model remembers between its steps, and under which names."""
