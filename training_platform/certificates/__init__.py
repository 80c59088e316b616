"""Certificates: issuing, PDF, verification, revocation."""
