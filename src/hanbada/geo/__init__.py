"""Geometry on the globe, correct across 180 degrees: distances and courses, closest approach, areas.

sphere         distance, bearing, destination, midpoint, interpolation on the great circle
areas          polygons on the globe: rings unwrapped, cut at 180 for output, area records to arrays
hulls          the ring around some places; is a place inside
circles        the circle that fits some points
areas_kernel   many points in many areas, with an index
cpa            the closest point of approach of two vessels
lines          lines on the globe: which legs cross them, which places lie beside them
rasters        a density on a grid, and `outlines`: rings around where it reaches a level
sphere_kernel  the same formulas for compiled loops
"""
