"""The editor of questions: a form for every kind, a trainee's view, and what to look at twice."""
