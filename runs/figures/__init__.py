"""Figures of a run, each a function of a record."""
