"""What satellites, radars, patrols and people saw, matched to tracks: who it was, and who was nobody we hear.

reading      `sightings_of(documents)`: CSV, GeoJSON or Parquet as SIGHTINGS, every row used or rejected
placing      `fixes(rows, trail)`, `places(fixes, at_us)`: where every track may have been at a moment
remembering  `clouds(...)`: the same from what past ships did between two such reports
associating  `associate(count, pairs)`: the best assignment and exact probabilities of every pair
matching     `match(sightings, known, scene)`: matched, dark, unresolved, with probabilities and counts
passes       `passes(satellites, area, begin, end)`: which satellites see an area, and when
"""
