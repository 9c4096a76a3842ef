"""Several processes that train one model: who they are, and what they sum. Nothing of graphs is known here."""
