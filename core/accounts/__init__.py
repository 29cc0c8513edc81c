"""Whom mail goes out as, by which server, and with what secret."""
