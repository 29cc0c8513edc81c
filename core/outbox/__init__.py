"""What was accepted and what became of it: the outbox, its rules and the files it lives in."""
