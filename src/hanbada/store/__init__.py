"""What we keep. Only `app` opens it.

database   `open_database(where)`: SQLite in a file or PostgreSQL by its address, migrated
desk       `DeskStore(engine, now)`: people, sessions, alerts, incidents, detections, sources, ledger
items      objects made here or read from formats, before and after anybody marks them
archive    `open_archive(folder, engine, at_us)`, `view_archive(folder, engine)`: positions, statics, safety texts
lines      `open_lines(folder)`: lines as heard, byte for byte
packs      reference packs on disk
runs       what `hanbada detect` found, and all it takes to find it again
passwords  argon2id
"""
