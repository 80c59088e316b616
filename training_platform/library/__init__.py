"""案例库 the case library and 常见问题 common questions: content, its pages, its search."""
