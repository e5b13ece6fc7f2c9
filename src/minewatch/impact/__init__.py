"""Consequences: energy and hash rate, the retarget rule, and what a regional stop does to the network."""
