"""Who stands behind it: companies, financial relationships, relevance, mitigation, commercial support."""
