"""From a due delivery to its outcome: when, where, and one attempt after another."""
