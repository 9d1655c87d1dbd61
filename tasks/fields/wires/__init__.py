"""Where a story was filed, and which agency it comes from."""
