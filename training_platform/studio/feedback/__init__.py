"""What trainees say of lessons, how they fare with them, and the pages where authors read it."""
