"""Where documents land: the only package that talks to DuckDB."""
