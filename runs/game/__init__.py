"""The game: seats, turns, what a player knows, the score; no web in here."""
