"""Our SMTP client: what is said (replies, conversation), apart from how it travels (wire)."""
