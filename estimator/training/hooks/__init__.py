"""The hooks, one a file: each is a trigger (when) and an action (what)."""
