"""Who stands on the real lists: names, kinds, and which entries are the same party."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
from anyascii import anyascii
from rigour.names import remove_org_types

from enduse.lists.detect import detect_format
from enduse.lists.formats import FORMATS
from enduse.lists.parsed import ReadOptions

SPLITS = ("dev", "held")
"""What may be tuned on, and what is only reported."""

PLACES = {
    "csl": "csl-2026/parties.csv",
    "ofac": "ofac-2022",
    "dpl": "dpl/dpl.txt",
    "un": "un-2026/UN_consolidated.xml",
    "uk": "uk-2026",
    "eu": "eu-2026",
    "vessels": "vessels/ofac_sdn_vessels.json",
}
"""Short name of a list to its place in the shared data."""

LISTED = pa.schema(
    [
        pa.field("entity_key", pa.int64(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
    ]
)
"""What an index is built from."""

_SCRIPTS = (
    ("arabic", re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufeff]")),
    ("hebrew", re.compile("[\u0590-\u05ff]")),
    ("cyrillic", re.compile("[\u0400-\u04ff]")),
    ("hangul", re.compile("[\u1100-\u11ff\uac00-\ud7af]")),
    ("kana", re.compile("[\u3040-\u30ff]")),
    ("han", re.compile("[\u3400-\u9fff\uf900-\ufaff]")),
)
_APOSTROPHES = re.compile(r"['`´ʹʺʻʼʽʾʿˈ’‘‛′]+")
_WEAK_SOUNDS = re.compile(r"[aeiouyhw]|(.)(?=\1)")


def script(name: str) -> str:
    """The script of a name; 'latin' if it holds letters of no other that is told apart."""
    return next((found for found, letters in _SCRIPTS if letters.search(name)), "latin")


def plain(name: str) -> str:
    """A name without case, accents, punctuation, order of words and legal form.

    Examples
    --------
    >>> plain("PÉREZ, José") == plain("jose perez"), plain("Trimix LLC") == plain("OOO Trimix")
    (True, True)
    """
    name = remove_org_types(name.casefold(), replacement=" ").strip() or name
    text = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", name)).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(sorted(re.findall(r"\w+", text.replace("_", " "))))


def coarse(name: str) -> str:
    """A name by its consonants alone, in Latin letters: equal for most spellings of one name.

    Examples
    --------
    >>> coarse("Ahmed Hassan") == coarse("HASAN, Ahmad")
    True
    """
    words = re.findall(r"[a-z0-9]+", anyascii(_APOSTROPHES.sub("", name)).lower())
    return " ".join(sorted(_WEAK_SOUNDS.sub("", word) or word for word in words))


@dataclass(frozen=True, slots=True)
class Entity:
    """An entry of a list."""

    key: int
    source: str
    kind: str
    names: tuple[tuple[str, str], ...]
    """(name, name_type), the primary name first."""
    group: str
    """The same for entries of the same party, as far as their primary names tell."""

    @property
    def split(self) -> str:
        """The split that the party belongs to, whatever else is on the lists."""
        return split_of(self.group)


def split_of(text: str) -> str:
    """The split of whatever the text stands for; stable over runs and machines."""
    return SPLITS[hashlib.blake2b(text.encode(), digest_size=8).digest()[0] % 2]


class Lists:
    """Every entry of some lists, and who bears a name."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self.entities = entities
        self._bearers: dict[str, set[int]] = {}
        self._group: dict[str, set[int]] = {}
        self._coarse: set[str] = set()
        for entity in entities:
            self._group.setdefault(entity.group, set()).add(entity.key)
            for name, _ in entity.names:
                self._bearers.setdefault(plain(name), set()).add(entity.key)

    def of(self, *sources: str) -> list[Entity]:
        """Entries of some lists; of all if none is named."""
        return [e for e in self.entities if not sources or e.source in sources]

    def answers(self, entity: Entity, name: str) -> frozenset[int]:
        """Entries that are right for a name of an entity: its party's, and all of that name."""
        return frozenset(self._group[entity.group] | self._bearers.get(plain(name), set()))

    def unrelated(self, names: Iterable[str]) -> list[str]:
        """Those of some names that are no spelling of a listed name; distinct, in their order."""
        if not self._coarse:
            self._coarse = {coarse(plain(name)) for e in self.entities for name, _ in e.names}
        return [name for name in dict.fromkeys(names) if coarse(plain(name)) not in self._coarse]


def table(entities: Iterable[Entity], scripts: Sequence[str] = ()) -> pa.Table:
    """Names of entities as an index takes them; only those of some scripts, if any is named."""
    rows = [
        (entity.key, name, entity.kind)
        for entity in entities
        for name in dict.fromkeys(name for name, _ in entity.names)
        if not scripts or script(name) in scripts
    ]
    columns = list(zip(*rows, strict=True)) if rows else [(), (), ()]
    return pa.table([list(column) for column in columns], schema=LISTED)


@lru_cache(maxsize=1)
def lists(data: Path) -> Lists:
    """Every list of the shared data."""
    read = [
        (source, party.kind, tuple(dict.fromkeys(party.names)))
        for source, place in PLACES.items()
        for party in FORMATS[detect_format(data / place)].read(data / place, ReadOptions()).parties
    ]
    groups = _groups([(kind, names) for _, kind, names in read])
    return Lists(
        [
            Entity(key, source, kind, names, group)
            for key, ((source, kind, names), group) in enumerate(zip(read, groups, strict=True))
        ]
    )


def _groups(parties: Sequence[tuple[str, tuple[tuple[str, str], ...]]]) -> list[str]:
    """For each party the least primary name of those that share one, and may be of one kind.

    A primary name of one entry that is a name of another joins them; weak aliases and names of
    one word, which many bear, join only as primary names.
    """
    leader = list(range(len(parties)))

    def find(member: int) -> int:
        while leader[member] != member:
            leader[member] = leader[leader[member]]
            member = leader[member]
        return member

    primary: dict[tuple[str, str], int] = {}
    keys = [plain(names[0][0]) for _, names in parties]
    sorts = [_sorts(kind) for kind, _ in parties]
    for number, key in enumerate(keys):
        for kind in sorts[number]:
            one, other = find(primary.setdefault((kind, key), number)), find(number)
            leader[max(one, other)] = min(one, other)
    for number, (_, names) in enumerate(parties):
        for name, name_type in names[1:]:
            key = plain(name)
            if name_type == "weak_alias" or " " not in key:
                continue
            for kind in sorts[number]:
                if (kind, key) in primary:
                    one, other = find(primary[kind, key]), find(number)
                    leader[max(one, other)] = min(one, other)
    least: dict[int, str] = {}
    for number, key in enumerate(keys):
        at = find(number)
        least[at] = min(least.get(at, key), key)
    return [least[find(number)] for number in range(len(parties))]


def _sorts(kind: str) -> tuple[str, ...]:
    return ("person", "organization") if kind == "unknown" else (kind,)
