"""Graphs run by jax, which compiles them for the processor or a GPU: an extra, imported when it is first asked for."""
