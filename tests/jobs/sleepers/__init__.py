"""A room with slow work, for workers that are killed in the middle of it."""
