"""Thousands of runs in chunks of Parquet tables: samplers, plans, results that can be resumed."""
