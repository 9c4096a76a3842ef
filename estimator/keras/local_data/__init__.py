"""Examples from local files, dataset by dataset."""
