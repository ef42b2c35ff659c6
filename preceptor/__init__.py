"""Preceptor: accreditation-native software for continuing medical education."""
