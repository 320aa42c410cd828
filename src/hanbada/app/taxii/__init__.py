"""TAXII 2.1 (OASIS, 10 June 2021): what partners and local systems may have as STIX, and what they hand in.

`shelving` keeps what each may have ready when it is released, `serving` answers, `pulling` asks other servers.
"""
