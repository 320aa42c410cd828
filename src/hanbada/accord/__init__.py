"""Agreements, communities and the register of cooperation: who cooperates with whom, on which terms.

`agreements`: live, covering. `communities`: member_of, resting_on.
"""
