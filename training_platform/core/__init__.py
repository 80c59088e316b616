"""What every feature stands on. Imports nothing of the features."""
