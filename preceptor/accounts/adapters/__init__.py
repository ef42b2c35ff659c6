"""The accounts' outside world: password hashing and the account library."""
