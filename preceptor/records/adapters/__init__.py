"""The outside world of the room: archives."""
