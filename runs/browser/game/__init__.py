"""The game: take a seat, play turns, hear the verdict."""
