"""Recurrent networks: cells, which are one step, wrappers around cells, and what runs a cell over time.

A cell takes ``(inputs, state)`` and gives ``(output, new_state)``. What runs it knows nothing of it but that and three
properties: ``state_size``, ``output_size`` and :meth:`~estimator.network.recurrent.cell.RNNCell.zero_state`.
"""
