"""外部培训: applications, approval, budget, and what follows a course outside the company."""
