"""Pages of the desk, one file per room served."""
