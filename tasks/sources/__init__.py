"""Where documents come from: one file a kind, behind `registry.open_sources`."""
