"""What is done in behavior assessment; one module for each who acts."""
