"""保存期限: how long what records say is kept, what is held, what was purged."""
