"""What programs read, under /api/v1/. Rooms and times are the schedule's facts: not here."""
