"""Who signs: reading bylines, choosing among authors."""
