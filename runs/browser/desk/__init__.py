"""The desk of the game: take a seat, play turns, read the verdict; plain HTML, one script and server-sent events."""
