"""The day, phase by phase: compiled loops over columns, the same for every firm."""
