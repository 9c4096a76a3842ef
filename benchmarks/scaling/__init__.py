"""What more processes bring: costs that are measured here, put into a model of clusters that are not here."""
