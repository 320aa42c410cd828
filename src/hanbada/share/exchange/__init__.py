"""Exchange between nodes over bad links: signed statements, chained links, frames that are complete in themselves.

`seal`: seal, unseal. `keys`: node_id, digits, document, read_document. `statements`: write, read. `link`: append,
frame, arrived. `frames`: pack, unpack. `charters`: proposed, signed, adopted. `invites`: written, answer, accepted.
All of it hands back what is to be kept.
"""
