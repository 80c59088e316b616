"""Evaluation: behavior assessment by superior, colleagues and customers."""
