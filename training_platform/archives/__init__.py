"""培训档案 the archive: search over all training records, pulls, transcripts, requests."""
