"""试做: trying out the draft of a task in a scratch workspace, and recording solutions by doing."""
