"""The data tables and the folders that worlds lie in, read with all their faults reported together."""
