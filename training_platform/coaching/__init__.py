"""辅导: coaches and their trainees, one-to-one slots, the first month, spot checks, usage."""
