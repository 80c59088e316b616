"""What is missing on this machine, and the exact command that mends it."""
