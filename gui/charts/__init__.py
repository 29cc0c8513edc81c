"""The charts: what was sent and what failed over time, and how long it took; as pictures and as a table."""
