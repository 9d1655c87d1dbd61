"""Articles of one event, grouped as they come."""
