"""Questions in and out: files of other programs become drafts, the bank becomes files."""
