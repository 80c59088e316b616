"""The form in which trainers write cases and common questions, and answers that become one."""
