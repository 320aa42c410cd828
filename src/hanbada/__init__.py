"""Hanbada: AIS and sightings become tracks, tracks become explained detections."""

__version__ = "0.1.0"
