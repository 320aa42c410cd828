"""How what was released reaches others: `exchange` between nodes."""
