"""Models as plain numbers, each with its card."""
