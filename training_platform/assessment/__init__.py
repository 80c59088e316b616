"""What quizzes and practical tasks share: question types, marking, the fail ladder."""
