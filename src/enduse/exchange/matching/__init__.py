"""Overlap found without showing the rest: an oblivious function between two authorities."""
