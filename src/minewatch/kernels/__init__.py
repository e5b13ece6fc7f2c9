"""Numbers: compiled functions on (meter x slot) arrays that know nothing of meters or law."""
