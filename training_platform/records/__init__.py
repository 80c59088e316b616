"""Training records: append-only, chained per employee. Where the features meet."""
