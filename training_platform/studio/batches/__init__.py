"""Thousands of questions from one file: read, looked through, reviewed and published as one."""
