"""Cases: commands, events and the pure functions that decide and evolve."""
