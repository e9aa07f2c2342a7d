"""Real processes with a fault proxy between them, by seed; `make faults` runs many."""
