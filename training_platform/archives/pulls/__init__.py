"""What a pull makes: tables, transcripts, folders."""
