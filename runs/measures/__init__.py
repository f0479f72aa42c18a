"""What a record comes to: outcomes, trade, lines, and what resilience costs."""
