"""Fields of an article: a module each, over one `Page`; `registry` runs them."""
