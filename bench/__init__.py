"""Benchmarks: whole processes, measured from outside."""
