"""Everything of Outtray that is not a window: outbox, mail, delivery, command line."""
