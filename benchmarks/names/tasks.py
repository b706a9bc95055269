"""What a matcher is asked: who is looked up in which list, and which answers are right."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa

from benchmarks.names import invented
from benchmarks.names.alterations import ALTERATIONS
from benchmarks.names.companies import Company, companies
from benchmarks.names.listed import SPLITS, Entity, Lists, lists, plain, script, table

AS_LISTED = "as listed"
"""The alteration of a name that is asked as it stands."""

_LATIN = re.compile("[A-Za-z]")
_ALTERED = 0.25
_UNRELATED = 4_000
_UNRELATED_IN_SCRIPT = 2_000


@dataclass(frozen=True, slots=True)
class Task:
    """Names to be found on a list, and names that are not on it.

    Nothing of a task of one split may be seen in the other: parties, words of invented names and
    companies are dealt to splits by a hash of what they are.
    """

    title: str
    listed: pa.Table
    """Of the schema `benchmarks.names.listed.LISTED`."""
    asked: list[str]
    answers: list[frozenset[int]]
    """For each asked name the entity keys that are right."""
    alteration: list[str]
    """For each asked name in what it differs, for a table by alteration."""
    unrelated: list[str]
    """Names that are no spelling of a listed one."""
    budget: float
    """Share of the unrelated names that may alert."""
    limit: int = 10
    """Entities that a system may answer for a name."""


def tasks(split: str, data: Path) -> dict[str, Task]:
    """Every task of a split, by name.

    Parameters
    ----------
    split
        'dev' to tune on, 'held' to report on.
    data
        The folder of the real lists.
    """
    if split not in SPLITS:
        raise ValueError(f"no split {split!r}; there are {', '.join(SPLITS)}")
    everyone = lists(data)
    small = [e for e in everyone.of("un", "ofac") if e.kind not in ("vessel", "aircraft")]
    un = [e for e in everyone.of("un") if e.split == split]
    union = [e for e in everyone.entities if e.split == split and e.kind != "aircraft"]
    return {
        "altered": _altered(everyone, small, un, split, "Altered names, UN + OFAC", 700),
        "altered_union": _altered(
            everyone, everyone.entities, union, split, "Altered names, all lists", 1_500
        ),
        "arabic": _originals(everyone, small, split, "arabic", ("un",), "Arabic originals (UN)"),
        "arabic_eu": _originals(
            everyone, everyone.entities, split, "arabic", ("eu",), "Arabic originals (EU)"
        ),
        "cyrillic": _originals(
            everyone,
            everyone.entities,
            split,
            "cyrillic",
            ("eu", "uk", "un"),
            "Cyrillic originals of people",
        ),
        "chinese": _companies(everyone, split, "chinese"),
        "japanese": _companies(everyone, split, "japanese"),
        "korean": _companies(everyone, split, "korean"),
        "hidden_alias": _hidden(everyone, split),
    }


def _chance(*seed: str) -> random.Random:
    return random.Random(" ".join(seed))


def _unrelated(
    everyone: Lists, makers: Iterable[tuple[Iterator[str], float]], count: int
) -> list[str]:
    """So many names, of each maker its share."""
    found: list[str] = []
    for maker, share in makers:
        most = round(count * share)
        found += everyone.unrelated(islice(maker, 2 * most))[:most]
    return found


def _of_the_world(everyone: Lists, split: str, seed: str) -> list[str]:
    chance = _chance(seed, "unrelated", split)
    makers = (
        (invented.companies(split, chance), 0.55),
        (invented.people(split, chance), 0.45),
    )
    return _unrelated(everyone, makers, _UNRELATED)


def _altered(
    everyone: Lists,
    listed: Sequence[Entity],
    asked: Sequence[Entity],
    split: str,
    title: str,
    altered: int,
) -> Task:
    """A quarter of the asked names altered, each alteration as often as another."""
    chance = _chance(title, split)
    small = table(listed, ("latin",))
    keys = set(small["entity_key"].to_pylist())
    names = [(e, n) for e in asked for n, _ in e.names if script(n) == "latin"]
    names = [(e, n) for e, n in names if len(plain(n).replace(" ", "")) >= 6]
    chance.shuffle(names)
    as_listed = names[: round(altered * (1 - _ALTERED) / _ALTERED)]
    rows = [(e, n, n, AS_LISTED) for e, n in as_listed]
    each = altered // len(ALTERATIONS)
    for alteration, alter in ALTERATIONS.items():
        pool = chance.sample(names, len(names))
        made = ((e, n, alter(n, chance), alteration) for e, n in pool)
        rows += islice(
            ((e, n, other, how) for e, n, other, how in made if other and other != n), each
        )
    return Task(
        title=title,
        listed=small,
        asked=[other for _, _, other, _ in rows],
        answers=[everyone.answers(e, n) & keys for e, n, _, _ in rows],
        alteration=[how for _, _, _, how in rows],
        unrelated=_of_the_world(everyone, split, title),
        budget=0.005,
    )


_IN_SCRIPT: dict[str, Callable[[str, random.Random], Iterator[str]]] = {
    "arabic": invented.arabic,
    "cyrillic": invented.cyrillic,
}


def _originals(
    everyone: Lists,
    listed: Sequence[Entity],
    split: str,
    written: str,
    sources: Sequence[str],
    title: str,
) -> Task:
    """Names in their own script, looked up among names in Latin letters."""
    chance = _chance(title, split)
    latin = table(listed, ("latin",))
    keys = set(latin["entity_key"].to_pylist())
    rows = {
        name: (entity, everyone.answers(entity, name) & keys)
        for entity in everyone.of(*sources)
        if entity.split == split and (written != "cyrillic" or entity.kind == "person")
        for name, _ in entity.names
        if script(name) == written and not _LATIN.search(name)
    }
    chosen = chance.sample(sorted(rows), min(len(rows), 1_000))
    asked = [name for name in chosen if rows[name][1]]
    return Task(
        title=title,
        listed=latin,
        asked=asked,
        answers=[rows[name][1] for name in asked],
        alteration=[rows[name][0].kind for name in asked],
        unrelated=_unrelated(
            everyone, [(_IN_SCRIPT[written](split, chance), 1.0)], _UNRELATED_IN_SCRIPT
        ),
        budget=0.01 if written == "arabic" else 0.005,
    )


_LANGUAGES = {
    "chinese": (
        "han",
        "Chinese names",
        ((invented.han_companies, 0.7), (invented.han_people, 0.3)),
    ),
    "japanese": ("kana", "Japanese names", ((invented.kana, 1.0),)),
    "korean": ("hangul", "Korean names", ((invented.hangul, 1.0),)),
}


def _companies(everyone: Lists, split: str, language: str) -> Task:
    """Companies of the project's own table and of the lists, by their names in another script."""
    written, title, makers = _LANGUAGES[language]
    chance = _chance(title, split)
    entities = everyone.entities
    latin = table(entities, ("latin",))
    bearers: dict[str, set[int]] = {}
    for key, name in zip(latin["entity_key"].to_pylist(), latin["name"].to_pylist(), strict=True):
        bearers.setdefault(plain(name), set()).add(key)
    own = [c for c in companies() if c.split == split]
    first = len(entities)
    extra = [
        Entity(first + n, "companies", c.kind, tuple((name, "primary") for name in c.english), c.id)
        for n, c in enumerate(own)
    ]
    rows: dict[str, tuple[frozenset[int], str]] = {}
    for entity, company in zip(extra, own, strict=True):
        same = frozenset().union(*(bearers.get(plain(name), set()) for name in company.english))
        for name in company.names(language):
            if script(name) != "latin":
                rows[name] = (same | {entity.key}, _way(company))
    for entity in everyone.of("eu", "un"):
        for name, _ in entity.names if entity.split == split else ():
            if script(name) == written and not _LATIN.search(name):
                rows.setdefault(name, (everyone.answers(entity, name), f"listed {entity.kind}"))
    asked = sorted(rows)
    own_names = {name for c in companies() for name in c.names(language)}
    unrelated = _unrelated(
        everyone, [(maker(split, chance), share) for maker, share in makers], _UNRELATED_IN_SCRIPT
    )
    return Task(
        title=title,
        listed=pa.concat_tables([latin, table(extra)]),
        asked=asked,
        answers=[rows[name][0] for name in asked],
        alteration=[rows[name][1] for name in asked],
        unrelated=[name for name in unrelated if name not in own_names],
        budget=0.01,
    )


def _way(company: Company) -> str:
    return "person" if company.kind == "person" else company.way


def _hidden(everyone: Lists, split: str) -> Task:
    """Organisations and vessels: one Latin alias taken off the list and looked up."""
    chance = _chance("hidden", split)
    shown: list[Entity] = []
    asked: list[tuple[Entity, str]] = []
    parties: dict[str, list[Entity]] = {}
    for entity in everyone.entities:
        parties.setdefault(entity.group, []).append(entity)
    for group in sorted(parties):
        members = parties[group]
        hidden = _alias_to_hide(members, chance) if members[0].split == split else None
        gone = plain(hidden[1]) if hidden else None
        for member in members:
            left = tuple(n for n in member.names if plain(n[0]) != gone)
            if left:
                shown.append(Entity(member.key, member.source, member.kind, left, group))
        if hidden:
            asked.append(hidden)
    asked = chance.sample(asked, min(len(asked), 1_500))
    listed = table(shown, ("latin",))
    keys = set(listed["entity_key"].to_pylist())
    shown_names = set(map(plain, listed["name"].to_pylist()))
    asked = [
        (e, n) for e, n in asked if plain(n) not in shown_names and everyone.answers(e, n) & keys
    ]
    words = {e.group: _words(shown_of) for e, shown_of in _remaining(asked, shown)}
    makers = (
        (invented.companies(split, chance), 0.75),
        (invented.vessels(split, chance), 0.25),
    )
    return Task(
        title="Hidden alias of organisations and vessels, all lists",
        listed=listed,
        asked=[n for _, n in asked],
        answers=[everyone.answers(e, n) & keys for e, n in asked],
        alteration=[
            f"{e.kind}, {'words' if words[e.group] & set(plain(n).split()) else 'nothing'} shared"
            for e, n in asked
        ],
        unrelated=_unrelated(everyone, makers, _UNRELATED),
        budget=0.005,
    )


def _alias_to_hide(members: Sequence[Entity], chance: random.Random) -> tuple[Entity, str] | None:
    """A Latin alias of an organisation or vessel that keeps another Latin name."""
    names = [
        (member, name)
        for member in members
        if member.kind in ("organization", "vessel")
        for name, _ in member.names
        if script(name) == "latin"
    ]
    aliases = [
        (member, name)
        for member, name in names
        if plain(name) != plain(member.names[0][0]) and len(plain(name)) >= 4
    ]
    if not aliases:
        return None
    return chance.choice(sorted(aliases, key=lambda pair: pair[1]))


def _remaining(
    asked: Sequence[tuple[Entity, str]], shown: Sequence[Entity]
) -> Iterator[tuple[Entity, list[Entity]]]:
    by_group: dict[str, list[Entity]] = {}
    for entity in shown:
        by_group.setdefault(entity.group, []).append(entity)
    return ((entity, by_group.get(entity.group, [])) for entity, _ in asked)


def _words(entities: Sequence[Entity]) -> set[str]:
    names = chain.from_iterable(entity.names for entity in entities)
    return {word for name, _ in names for word in plain(name).split()}
