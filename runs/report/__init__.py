"""The report of a run: page, story, and summary on a terminal."""
