"""MISP: what partners and local systems may read and hand in as events, over the part of its API that PyMISP drives.

`events` says what a reader may have, `searching` what of it was asked for, `adding` takes what is handed in, `serving`
answers; `feeds` writes and reads feeds.
"""
