"""The outside world of this room: packs on disk."""
