"""From a page's bytes as text to labelled lines, the body, and whether it is an article."""
