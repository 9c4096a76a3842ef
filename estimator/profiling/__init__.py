"""What the operations of a graph hold and cost, by their names and by their types."""
