"""Detections -> alerts a person decides on, and incidents an officer opens, writes in, judges and closes.

The rules only: who and when are given, what comes out is kept elsewhere. `alerts`: raised, acknowledged, snoozed,
dismissed, as_read. `incident`: opened, logged, changed, followed. `rules`: hold, precision, effect, suggested.
`suspects`: who was over a cable when it failed. `reports`: what ships and companies report, by which form.
`warnings`: which navigational warnings are in force.
"""
