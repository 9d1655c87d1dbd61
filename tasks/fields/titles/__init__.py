"""The title: its claims, what speaks for each, the choice."""
