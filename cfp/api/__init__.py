"""What programs read, under /api/v1/. Rooms and slots are in the schedule's `api`."""
