"""Curricula per job role, courses, lessons, assignments, deadlines, progress."""
