"""Running graphs: sessions, plans, variables' storage."""
