"""Forms of mentored practice, by subject."""
