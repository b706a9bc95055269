"""`enduse component read`."""
