"""Looking into a mail server's folders: the standard library's client over bytes that are bounded in time and size."""
