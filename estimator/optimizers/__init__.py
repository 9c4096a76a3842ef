"""Optimizers: from a loss to the operations that change the variables, one optimizer a file."""
