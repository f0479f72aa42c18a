"""Other processes, signals, the bar that shows progress, and the compiled day."""
