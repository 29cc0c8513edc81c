"""Accounts in the window: added, tested, mended. Imported after the first paint."""
