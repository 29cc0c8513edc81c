"""A damaged outbox: what can be read of it becomes a new one, and the damaged one is kept beside it.

To read in this order: `wal` and `carving` (rows read without SQLite), `gathering` (which table each is of), `history`
(what events say), `judging` (what a delivery may be), `aside` (how the new one takes its place), `salvage` (all).
"""
