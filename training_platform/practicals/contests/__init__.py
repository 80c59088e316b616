"""Contests: everybody at the same task in the same minutes, in teams, with a live board."""
