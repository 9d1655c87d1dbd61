"""The way to the web: which addresses may be asked, one exchange, robots.txt, pace, who is next."""
