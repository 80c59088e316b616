"""Authoring in the browser: drafts, reviews, publishing, formats, feedback."""
