"""What is typed to find something, as SQL looks for it: large and small letters alike, whatever else it holds."""


def folded(word: str, *columns: str) -> tuple[str, ...]:
    """Return columns and word so that LIKE takes large and small letters as the same.

    SQLite's LIKE does that by itself within ASCII, and what has no large and small letters, as Japanese, needs nothing;
    a Python function does it for a word that holds other letters.
    """
    if all(each.isascii() or each == each.upper() == each.casefold() for each in word):
        return (*columns, word)
    return (*(f"fold({column})" for column in columns), word.casefold())


def escaped(word: str) -> str:
    """Return a word as LIKE takes it literally, with a backslash as the escape character."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
