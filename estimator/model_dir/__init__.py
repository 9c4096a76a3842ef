"""The directory of a model, safe against crashes: commit protocol, state file, recovery, retention, lock."""
