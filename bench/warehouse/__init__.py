"""The million articles, and the table of what they cost: `make bench-warehouse`."""
