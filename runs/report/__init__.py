"""What a run is told as: page, story, summary on a terminal, and scenarios side by side."""
