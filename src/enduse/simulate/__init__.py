"""Fictional worlds: invented firms that trade, a few of which divert goods, and the truth apart."""

from enduse.simulate.assumptions import Rate, WorldSettings, vary
from enduse.simulate.world import World, simulate

__all__ = ["Rate", "World", "WorldSettings", "simulate", "vary"]
