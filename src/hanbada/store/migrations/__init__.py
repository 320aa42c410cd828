"""How the desk database came to be: one file in `versions/` for each change of its schema, run in order at opening.

A new one takes the next number as its `revision` and the last as its `down_revision`, and writes the tables out in
full: what it did must not change when `schema` does. A test compares the outcome with `schema`.
"""
