"""What we accept from staff, one file per room served."""
