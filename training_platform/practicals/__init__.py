"""Practical tasks: files, the grader, and the proof that every task can be passed and failed."""
