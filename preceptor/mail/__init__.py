"""The letter box: letters are queued in the caller's transaction, posted by a worker, and their fate is known."""
