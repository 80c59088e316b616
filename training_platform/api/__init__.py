"""The interface for programs: the HR system reads people, records and certificates with a token."""
