"""What train, evaluate and predict do."""
