"""The window: it shows what the outbox holds, and asks core for everything else."""
