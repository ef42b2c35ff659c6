"""What runs later: a durable queue with retry, reaper, clock and dead letters."""
