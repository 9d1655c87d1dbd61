"""`copydesk up` over a world that publishes, edits and fails: `make soak MINUTES=30`."""
