"""How runs are set up: RunConfig, its checks, its YAML, and the cluster of TF_CONFIG."""
