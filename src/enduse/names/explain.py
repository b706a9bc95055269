"""Why two names met, in words; worked out only when asked."""

from __future__ import annotations

from enduse.names.normalise import MAX_CHARACTERS, lookalikes, tokens
from enduse.names.spelling import likeness


def explain(name: str, matched: str) -> str:
    """Which token of a name met which of a listed name, and what was left over.

    Parameters
    ----------
    name
        The name that was looked up, as written.
    matched
        The listed name, as written.

    Returns
    -------
    str
        One sentence part after another, joined by '; '. Tokens stand as they are compared
        (Latin letters, legal forms as classes).

    Examples
    --------
    >>> explain("ООО Остек Волга", "OSTEC LLC")
    'same: llc; alike: ostek ~ ostec; only in the name: volga'
    """
    ours, theirs = list(tokens(name)), list(tokens(matched))
    same = [token for token in ours if token in theirs]
    ours, theirs = [t for t in ours if t not in same], [t for t in theirs if t not in same]
    joined = _take_joined(ours, theirs) + _take_joined(theirs, ours)
    alike = _take_alike(ours, theirs)
    said = [
        ("same", same),
        ("alike", [f"{one} ~ {other}" for one, other in alike]),
        ("written as one or apart", joined),
        ("only in the name", ours),
        ("only on the list", theirs),
    ]
    parts = [f"{label}: {', '.join(words)}" for label, words in said if words]
    parts += [
        f"'{word}' mixes letters of two scripts that look alike"
        for text in (name, matched)
        for word in lookalikes(text)
    ]
    parts += [
        f"only the first {MAX_CHARACTERS} characters of the {which} were read"
        for which, text in (("name", name), ("listed name", matched))
        if len(text) > MAX_CHARACTERS
    ]
    return "; ".join(parts)


def _take_joined(whole: list[str], parts: list[str]) -> list[str]:
    """Take out words of one side that the other writes as two."""
    taken = []
    for word in list(whole):
        for one in parts:
            other = word.removeprefix(one)
            if other != word and other in parts:
                whole.remove(word)
                parts.remove(one)
                parts.remove(other)
                taken.append(f"{word} = {one} {other}")
                break
    return taken


def _take_alike(ours: list[str], theirs: list[str]) -> list[tuple[str, str]]:
    """Take out the words that may be spellings of one another, nearest first."""
    pairs = sorted(
        ((-likeness(one, other), one, other) for one in ours for other in theirs),
        key=lambda p: p[0],
    )
    taken = []
    for near, one, other in pairs:
        if near < 0 and one in ours and other in theirs:
            ours.remove(one)
            theirs.remove(other)
            taken.append((one, other))
    return taken
