"""Which articles share a text: signatures, candidates by rare keys, exact overlaps, verdicts."""
