"""A scenario with people in it, played day by day and recorded."""
