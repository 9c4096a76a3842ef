"""Ways to execute an ordered list of operations: the interpreter is the definition, the numpy plan is what runs."""
