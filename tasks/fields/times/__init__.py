"""When an article was published and changed: reading times, choosing among them."""
