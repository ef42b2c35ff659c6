"""Rendering to keep."""
