"""What happens on which date: scenarios, their shocks, and edits of the tables before a run."""
