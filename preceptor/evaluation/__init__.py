"""The learner's verdict, kept apart from names."""
