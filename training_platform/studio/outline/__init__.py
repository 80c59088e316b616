"""The outline of a course, its pictures, and what its lessons ask."""
