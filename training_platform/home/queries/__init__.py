"""Selects of home over everything below it; no writes."""
