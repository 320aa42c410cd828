"""Reports -> tracks, identities, port calls, voyages: what each vessel did in time, and who it says it is.

rows        `rows(table)`: POSITIONS as the plain arrays that kernels read; `table`, `take`, `joined`, `ordered`
duplicates  `first_heard(state, rows)`: drop what several receivers heard of one transmission
segments    `feed(state, rows)`: the fold that gives every report its track and the report before it on that track
identity    `learn(state, statics)`: names, numbers and sizes per MMSI, by vote; `Identities.history`, `said_between`
quality     `classify(rows, trail)`: good, noise, a second ship's stretch, a displaced copy, a ghost; `track_table`
positions   `positions_at(rows, trail, at_us)`, `positions_now(segments, at_us)`: the picture at any moment
together    `feed(state, rows, trail, chosen, speed_kn)`, `met(state, mmsi, whole=...)`: pairs that stay near each other
ticks       `ticks(rows, trail, wanted)`, `near_pairs(...)`: tracks at even ticks, and who is near whom
closing     `closing_pairs(...)`, `motion_at(...)`: who would pass close to whom soon
kept_ticks  `put`, `due`, `drop`: points at ticks, kept for those of late reports
reception   `listen`, `unlisten`, `expect`: how well each place was heard, and what a silence is measured against
fixes       `read(state, rows, trail)`: what each radio knew of its own place, ten minutes at a time
outages     `affected`, `clusters`, `heard_near`: ships that do not know their place, and which of them go together
trust       `Distrust`, `distrusted(regions, at)`, `rests_on`: where and when positions are not to be trusted
switches    `add`, `lasted_s`, `apart_m`: two tracks of one number, and the changes between them
turns       `stretches`, `turns`: two numbers of which one goes on where the other fell silent
silences    `put`, `take_out`, `around`: where and when ships fell silent
stops       `feed(state, rows, trail)`, `of`, `find`: where ships stayed
spells      `sampled`, `speeds_kn`, `feed`, `settle`, `forget`: stretches in which a track meets a condition
harbours    `harbours(ports, anchorages)`: where a ship may call
calls       `start`, `feed`, `settle`, `of`, `restore`, `find`: port calls; `call_table`
voyages     `of(calls, segments, mmsi, identities)`: from port to port; `voyage_table`
paths       `paths(rows, trail)`: tracks at every second minute, unbroken by silence
analogs     `remember(paths)`: an index over the past; what ships there, or ships alike, did next
forecast    `forecast(history, paths, points, steps)`: weighted particles, median path, what it rests on
regions     `calibrate(history, steps)`, `raster`, `scores`: regions that hold what they say
"""
