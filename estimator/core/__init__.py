"""The ground floor: errors, dtypes, shapes, structures, names, registries and the log."""
