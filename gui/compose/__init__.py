"""The form: what is typed, until it is accepted."""
