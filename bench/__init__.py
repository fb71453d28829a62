"""How fast and how small: measured as ratios in one run, written to docs/benchmarks.md. Never a timed test."""
