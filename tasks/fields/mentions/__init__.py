"""People, organisations and places named in the body."""
