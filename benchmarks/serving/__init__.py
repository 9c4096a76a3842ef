"""Servers of the same models, ours and others', and the load that all of them are put under alike.

:mod:`~benchmarks.serving.servers` says who takes part, :mod:`~benchmarks.serving.networks` what is served,
:mod:`~benchmarks.serving.load` asks, in the words of :mod:`~benchmarks.serving.conversations`. The other modules are
what our peers run: each is written as that peer's documentation has it.
"""
