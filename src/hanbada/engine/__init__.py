"""The same steps on this machine or on a cluster.

watch    the whole chain as one fold: positions in, detections opened, revised, closed and retracted out
local    a set of files through that fold
"""
