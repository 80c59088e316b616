"""Papers and attempts."""
