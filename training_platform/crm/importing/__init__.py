"""Files on their way into the sandbox: read, mapped, checked, written, reverted."""
