"""How what was released reaches others: `exchange` between nodes, `formats` of other systems."""
