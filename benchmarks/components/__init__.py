"""What the room `components` reads, finds and takes: run as ``python -m benchmarks.components``."""
