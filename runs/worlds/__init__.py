"""Worlds made or imported: synthetic economies, firm-level networks, input-output tables."""
