"""Exposure: what everybody else loses when a line, a licence or a country of supply is out for some days."""
