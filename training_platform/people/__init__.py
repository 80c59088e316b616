"""Who works here: employees, departments, job roles, competencies, rights, sign-in, sessions."""
