"""Checkpoints on disk: the commit protocol, the state file, recovery, retention, comparison."""
