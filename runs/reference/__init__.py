"""What the program says about itself: parameters with their sources, and the tables of ODD.md."""
