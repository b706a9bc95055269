"""How well and how fast names are matched, beside the peers: `python -m benchmarks.names`."""
