"""One person across rooms: merge, unmerge, erasure, retention, download my data."""
