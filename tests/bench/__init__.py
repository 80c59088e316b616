"""Benchmarks over real HTTP: ``python -m tests.bench [--quick]``."""
