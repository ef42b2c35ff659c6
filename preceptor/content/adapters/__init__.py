"""The outside world of the teaching: files, captions, typesetting."""
