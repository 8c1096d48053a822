"""The board on which staff place talks: what it shows, and what can be done on it."""
