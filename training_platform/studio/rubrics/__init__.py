"""The form of a rubric: criteria with weights, and levels that say what one can observe."""
