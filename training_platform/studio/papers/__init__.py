"""The form in which trainers put a quiz together: its sections, what a draw finds, a sample."""
