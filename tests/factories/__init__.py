"""One function per thing; every argument has a default, so a test names only what it is about."""
