"""The training loop: sessions with hooks, what hooks do and when, and how a run ends."""
