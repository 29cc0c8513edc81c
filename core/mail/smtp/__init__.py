"""Our SMTP client: what is said, apart from how it travels.

To read in this order. What is said: `replies`, `dots`, `steps` (the seam), `conversation` (up to the login),
`handover` (the messages, and the promise), `auth`, `outcomes` (what a reply means). How it travels: `waiting`,
`reach`, `tls`, `wire`. Together: `opening`, `transport` (connections kept), `diagnosis`.
"""
