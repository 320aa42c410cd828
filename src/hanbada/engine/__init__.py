"""The same steps on this machine or on a cluster.

watch    the whole chain as one fold: positions in, detections opened, revised, closed and retracted out
versions what was said of each episode, and what is to be said next
trust    findings on positions that are not to be trusted: lowered, or withheld
local    a set of files through that fold
"""
