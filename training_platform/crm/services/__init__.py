"""What people do in the sandbox."""
