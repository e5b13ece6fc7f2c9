"""Law as data: packs of instruments with dated values, each with its reference."""
