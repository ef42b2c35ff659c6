"""A believable sample provider, built only from bundles and actions."""
