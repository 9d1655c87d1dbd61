"""What feeds, sitemaps, lists and home pages list: a format a module, none of which raises."""
