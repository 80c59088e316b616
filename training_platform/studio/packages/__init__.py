"""Courses as packages between installations: downloaded here, looked at and brought in there."""
