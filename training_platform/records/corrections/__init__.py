"""更正: corrections of training records: asked for, proposed, decided by another person."""
