"""What people do in the studio."""
