"""Cases: commands, events, and for campaign and case two pure functions: ``decide`` and ``evolve``.

No clock, no database and no randomness in here: times and seeds arrive in the commands.
"""
