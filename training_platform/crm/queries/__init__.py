"""Selects of the sandbox's pages."""
