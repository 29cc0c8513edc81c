"""A notification as bytes, and the transports that hand them over. Knows no outbox."""
