"""The quality gate: what `copydesk clean` makes of a corpus, in figures that cannot sink unseen."""
