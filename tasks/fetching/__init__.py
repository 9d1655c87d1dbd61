"""The way to the web: who is asked, when, how politely, and what becomes of it."""
