"""How fast the package is, alone and beside its peers: ``python -m benchmarks`` (``make bench``, ``make bench-peers``).

A row of benchmarks/RESULTS.md is a module of ``benchmarks.rows``. What is trained in several rows, and by several
libraries, stands in ``benchmarks.models``. These files run under the peers' Pythons too: what they import at the top is
Python's own, or numpy.
"""
