"""Wires the rooms into the main job; nothing else knows all of them."""

from enduse.pipeline.check import OUTPUTS, Checked, check
from enduse.pipeline.classify import Classified, classify
from enduse.pipeline.job import Options
from enduse.pipeline.screen import Screened, screen

__all__ = [
    "OUTPUTS",
    "Checked",
    "Classified",
    "Options",
    "Screened",
    "check",
    "classify",
    "screen",
]
