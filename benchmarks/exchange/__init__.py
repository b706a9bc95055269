"""`make bench-exchange`: sealing, the log, private matching, and what an attacker gets."""
