"""This node among others: its keys, what it tells whom, what it takes in.

`ours`: Ours, make, opened. `publishing`: publish, recall, retell. `receiving`: receive, expire. `links`: send,
next_frame. `enrolling`: invite, answer, confirm. `chartering`: propose, accept. All within a transaction of the caller.
"""
