"""A damaged outbox: what can be read of it becomes a new one, and the damaged one is kept beside it.

To read in this order: `carving` (rows read without SQLite), `gathering` (which table each is of), `history` (what
events say), `judging` (what a delivery may be), `salvage` (all of it), `salvaged` (what came of it). Beside them in the
outbox: `wal` (the write-ahead log, read without SQLite) and `aside` (how the new one takes the old one's place).
"""
