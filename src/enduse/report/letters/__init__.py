"""Letters: requests for records of sale and the answers to them, as PDF in several languages."""

from enduse.report.letters.letter import letter_languages, write_letter
from enduse.report.letters.template import read_template, write_templates

__all__ = ["letter_languages", "read_template", "write_letter", "write_templates"]
