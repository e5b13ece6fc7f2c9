"""Consequences: energy and hash rate, the retarget rule, what a regional stop does to the network."""
