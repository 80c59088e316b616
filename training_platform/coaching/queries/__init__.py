"""Selects for the pages of coaching; no writes."""
