"""Agreements, communities and the register of cooperation: who cooperates with whom, on which terms.

agreements   `live`, `binds`, `within`, `names`, `inside`: whether a paper that releases rest on is in force and covers
communities  `member_of`, `resting_on`: who is in, and what it rests on
cells        `columns`, `read`, `written`: values of the register as text in a cell
tables       `grid`, `csv_bytes`, `read_csv_bytes`, `read_grid`: rows of the register as tables, and back
questions    `gaps`, `coverage`, `due`, `ties`: what the register answers
trend        `trend`: an index of transfers, capability and not price
notices      `item_of`: a notice as an item the release desk can cut
"""
