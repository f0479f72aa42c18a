"""The watch page: see a stop spread, and steer it."""
