"""Networks: layers, losses and metrics."""
