"""Layers: functions of tensors that make their variables when first called."""
