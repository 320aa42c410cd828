"""The formulas of `geo.sphere`, compiled for use inside hot loops."""

from hanbada.geo import sphere
from hanbada.model.kernel import inlined

wrapped = inlined(sphere.wrapped)
turn = inlined(sphere.turn)
distance_m = inlined(sphere.distance_m)
bearing_deg = inlined(sphere.bearing_deg)
destination = inlined(sphere.destination)
between = inlined(sphere.between)
