"""Feature columns: from a dict of features to what a model's first layer takes."""
