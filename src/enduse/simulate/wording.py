"""The words of declarations: descriptions of goods, vague ones, end uses."""

from __future__ import annotations

import numpy as np

from enduse.simulate.catalogue import LANGUAGES, Catalogue
from enduse.simulate.draws import Ints

_VAGUE = (
    (
        "Parts",
        "Electronic goods",
        "Spare parts",
        "Samples",
        "Accessories",
        "Equipment, see invoice",
    ),
    ("零件", "電子產品", "配件"),
    ("Запчасти", "Товары народного потребления", "Комплектующие", "Оборудование"),
    ("Yedek parça", "Elektronik eşya", "Muhtelif aksam"),
)


class Wording:
    """All texts, numbered; the texts of one kind of goods and language stand together."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.texts: list[str] = []
        self._described = self._numbered(catalogue.goods.wording)
        self._vague = self._numbered((_VAGUE,))
        self._uses = self._numbered(tuple((uses,) for uses in catalogue.families.end_uses))

    def _numbered(self, pools: tuple[tuple[tuple[str, ...], ...], ...]) -> Ints:
        """First number and count of each pool; pools by two keys."""
        spans = np.zeros((len(pools), len(pools[0]), 2), np.int64)
        for i, row in enumerate(pools):
            for j, texts in enumerate(row):
                spans[i, j] = len(self.texts), len(texts)
                self.texts.extend(texts)
        return spans

    def languages(self, rng: np.random.Generator, country: Ints) -> Ints:
        """Language of a declaration made in a country."""
        spoken = np.array(self._catalogue.countries.language)[country]
        own = rng.random(len(country)) < spoken[:, 1]
        return np.where(own, spoken[:, 0].astype(np.int64), LANGUAGES.index("en"))

    def describe(self, rng: np.random.Generator, goods: Ints, language: Ints) -> Ints:
        """A text that describes the goods."""
        return _one_of(rng, self._described[goods, language])

    def mislead(self, rng: np.random.Generator, goods: Ints, language: Ints) -> Ints:
        """A vague text, or one that describes goods of another line of business."""
        family = self._catalogue.goods.family
        others = rng.integers(0, len(family), (len(goods), 8))
        strange = family[others] != family[goods][:, None]
        other = others[np.arange(len(goods)), strange.argmax(axis=1)]
        vague = _one_of(rng, self._vague[0, language])
        return np.where(rng.random(len(goods)) < 0.6, vague, self.describe(rng, other, language))

    def end_use(self, rng: np.random.Generator, family: Ints) -> Ints:
        """A text that states an end use usual for the family."""
        return _one_of(rng, self._uses[family, 0])


def _one_of(rng: np.random.Generator, spans: Ints) -> Ints:
    return spans[..., 0] + np.floor(rng.random(len(spans)) * spans[..., 1]).astype(np.int64)
