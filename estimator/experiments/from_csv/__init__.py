"""An experiment for a CSV file: its columns looked at, guessed, shown and written as YAML that a person edits."""
