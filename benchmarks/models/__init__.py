"""What several rows, or several libraries, train."""
