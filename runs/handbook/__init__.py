"""The handbook: pages of prose, and references that are made from what the program itself reads."""
