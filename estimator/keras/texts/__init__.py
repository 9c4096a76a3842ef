"""What is done to texts and classes before a model sees them."""
