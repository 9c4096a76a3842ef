"""What a model function returns, and the heads it may be made with."""
