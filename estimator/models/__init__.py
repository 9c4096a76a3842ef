"""What a model function returns, and the models that come ready made."""
