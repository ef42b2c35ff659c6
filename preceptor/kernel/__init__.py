"""Plain Python shared by every room. Nothing here imports Django."""
