"""Wires the rooms into the main job; nothing else knows all of them."""

from enduse.pipeline.check import OUTPUTS, Checked, check
from enduse.pipeline.classify import Classified, classify
from enduse.pipeline.component_chain import COMPONENT_OUTPUTS, ComponentTrace, trace_component
from enduse.pipeline.job import Options
from enduse.pipeline.learning import learn_from_cases
from enduse.pipeline.markings import MarkingsRead, read_markings
from enduse.pipeline.screen import Screened, screen
from enduse.pipeline.tracing import OUTPUTS as TRACE_OUTPUTS
from enduse.pipeline.tracing import Tracing, chains_table, notes_of, trace_file

__all__ = [
    "COMPONENT_OUTPUTS",
    "OUTPUTS",
    "TRACE_OUTPUTS",
    "Checked",
    "Classified",
    "ComponentTrace",
    "MarkingsRead",
    "Options",
    "Screened",
    "Tracing",
    "chains_table",
    "check",
    "classify",
    "learn_from_cases",
    "notes_of",
    "read_markings",
    "screen",
    "trace_component",
    "trace_file",
]
