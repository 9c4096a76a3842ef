"""The commands, one a file: a function ``main(arguments)``, which gives the exit code, and a row in cli/program.py."""
