"""The staff's desk: one file per room served, over that room's queries and actions. It writes nothing itself."""
