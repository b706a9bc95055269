"""How a score adds up, drawn as one bar against the policy's thresholds."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from enduse.model.result import EvidenceItem
from enduse.report.wording import Wording

_BAR_TOP, _BAR_HEIGHT = 20, 16
_PALEST = 0.35


def score_strip(
    evidence: Sequence[EvidenceItem],
    review_bits: float,
    hold_bits: float,
    spoken: str,
    wording: Wording,
) -> Markup:
    """One bar: a segment for each piece of evidence, heaviest first, what speaks against taken
    back at its end, and a tick at each threshold.

    Parameters
    ----------
    evidence
        What was assessed of a line; weights in bits.
    review_bits, hold_bits
        The policy's thresholds.
    spoken
        What the drawing says, for those who do not see it.
    """
    gains = [item for item in evidence if item.weight > 0]
    losses = [item for item in evidence if item.weight < 0]
    most = sum(item.weight for item in gains)
    scale = 100 / max(most, hold_bits * 1.12, 1.0)
    parts = []
    reached = 0.0
    for index, item in enumerate(gains):
        shade = max(_PALEST, 1 - 0.16 * index)
        parts.append(_segment("gain", reached, item, scale, shade, wording))
        reached += item.weight
    for item in losses:
        reached += item.weight
        parts.append(_segment("loss", reached, item, scale, 1, wording))
    for key, bits in (("review", review_bits), ("hold", hold_bits)):
        parts.append(_tick(key, bits, scale, wording))
    return Markup('<svg class="strip" role="img" aria-label="{}">{}</svg>').format(
        spoken, Markup("").join(parts)
    )


def _segment(
    kind: str, start: float, item: EvidenceItem, scale: float, shade: float, wording: Wording
) -> Markup:
    left = max(0.0, start) * scale
    right = max(0.0, start + abs(item.weight)) * scale
    return Markup(
        '<rect class="{}" x="{:.2f}%" y="{}" width="{:.2f}%" height="{}" fill-opacity="{:.2f}">'
        "<title>{} {}</title></rect>"
    ).format(
        kind,
        left,
        _BAR_TOP,
        right - left,
        _BAR_HEIGHT,
        shade,
        item.rule,
        wording.bits(item.weight, signed=True, digits=2),
    )


def _tick(key: str, bits: float, scale: float, wording: Wording) -> Markup:
    at = bits * scale
    # The two thresholds are named on either side of the bar, so that they never meet.
    top, bottom, baseline = (2, 38, 12) if key == "review" else (18, 54, 52)
    return Markup(
        '<line class="tick" x1="{0:.2f}%" x2="{0:.2f}%" y1="{1}" y2="{2}"/>'
        '<text x="{0:.2f}%" dx="{3}" y="{4}" text-anchor="{5}">{6} {7}</text>'
    ).format(
        at,
        top,
        bottom,
        6 if at < 50 else -6,
        baseline,
        "start" if at < 50 else "end",
        wording.term(key),
        wording.bits(bits),
    )
