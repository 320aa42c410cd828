"""Reports -> tracks, identities, port calls, voyages: what each vessel did in time, and who it says it is.

rows        `rows(table)`: POSITIONS as the plain arrays that kernels read; null becomes NaN or -1
duplicates  `first_heard(state, rows)`: drop what several receivers heard of one transmission
segments    `feed(state, rows)`: the fold that gives every report its track and the report before it on that track
identity    `learn(state, statics)`: names, numbers and sizes per MMSI, by vote
stops       `stops(...)`, `port_calls(...)`, `voyages(...)`
"""
