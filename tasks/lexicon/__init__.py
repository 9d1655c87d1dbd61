"""Words as data, by language."""
