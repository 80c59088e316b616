"""The form of a practical task: its common parts as fields, the rest as text beside them."""
