"""Past trainings from a list: mapped, checked, written as records, undone by corrections."""
