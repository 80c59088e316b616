"""The proof of a task in the studio: asked for, watched, read way by way."""
