"""What articles are found by: words split, folded and stemmed, and counted."""
