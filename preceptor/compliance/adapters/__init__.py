"""The world outside: links."""
