"""Is it fit to publish? Facts, dossier, findings, publication."""
