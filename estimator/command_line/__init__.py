"""The command line of a script: its flags, and the call of its main."""
