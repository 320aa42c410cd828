"""Profiles as a lattice: what both of two allow, and whether one allows no more than another."""

from __future__ import annotations

from hanbada.model.sharing import PLACES, Profile

SWITCHES = ("identity", "source", "person", "narrative", "evidence")
"""The aspects that are told or not; place and time are told more or less exactly."""


def meet(one: Profile, other: Profile) -> Profile:
    """What both allow."""
    switches = {name: getattr(one, name) and getattr(other, name) for name in SWITCHES}
    return Profile(place=min(one.place, other.place, key=PLACES.index), **switches)


def join(one: Profile, other: Profile) -> Profile:
    """What either allows."""
    switches = {name: getattr(one, name) or getattr(other, name) for name in SWITCHES}
    return Profile(place=max(one.place, other.place, key=PLACES.index), **switches)


def within(one: Profile, other: Profile) -> bool:
    """Whether one allows no more than another."""
    return meet(one, other) == one
