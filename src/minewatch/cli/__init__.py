"""A door: commands parse, call a use case and print."""
