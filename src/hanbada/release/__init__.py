"""Who may have what, how exactly, and why: the one place where anything that leaves is decided and cut.

`view`: decide, release, unchanged. `profiles`: meet, within. `cut`: told. `labels`: classified.
`lowering`: lets_more. Pure, default deny, total.
"""
