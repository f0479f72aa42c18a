"""Learning agents at the seats: Gymnasium and PettingZoo environments made from senses and verbs."""
