"""The address book: its window, what is in it, and what stands between it and the outbox."""
