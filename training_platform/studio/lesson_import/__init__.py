"""Lessons from texts that people have: Markdown and Word files become our Markdown."""
