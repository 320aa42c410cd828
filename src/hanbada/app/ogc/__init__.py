"""OGC API - Features, Part 1: what the release desk lets a reader have, for QGIS and other maps.

`serving.ogc_routes` are its doors; a collection is what a reader may have of one community and kind of object.
"""
