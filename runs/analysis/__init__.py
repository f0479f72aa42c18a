"""What a batch answers: effects of levers and uncertainties, with their errors and limits."""
