"""Papers of this floor, drawn with what registration draws with."""

"""What this floor prints."""
