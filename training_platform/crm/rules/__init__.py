"""The rules of the sandbox: pure functions, the time is an argument."""
