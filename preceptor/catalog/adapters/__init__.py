"""The outside world of this room: the words of the search index."""
