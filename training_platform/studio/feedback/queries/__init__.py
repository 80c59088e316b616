"""Selects of feedback; no writes."""
