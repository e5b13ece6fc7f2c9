"""Practice: simulates a region with known truth for the demo, drills and benchmarks."""
