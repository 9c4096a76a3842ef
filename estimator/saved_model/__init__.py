"""SavedModels: a graph with its signatures, variables and assets in a folder that other runtimes serve."""
