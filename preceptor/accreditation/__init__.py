"""By whose leave: provider, accreditations with dates, and the packs of credit systems, professions and statements."""
