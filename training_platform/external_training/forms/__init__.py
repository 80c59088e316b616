"""Forms of external training, by purpose."""
