"""A blind mailbox over mutual TLS: the relay, and the mailbox at its other end."""
