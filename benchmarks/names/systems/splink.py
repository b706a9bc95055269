"""Splink on parties, set up as its documentation advises: several columns, several blocks."""

from __future__ import annotations

import re
from collections import Counter

import duckdb
import pandas as pd
import pyarrow as pa
import splink.comparison_level_library as cll  # type: ignore[import-not-found, unused-ignore]
import splink.comparison_library as cl  # type: ignore[import-not-found, unused-ignore]
from anyascii import anyascii
from splink import (  # type: ignore[import-not-found, unused-ignore]
    DuckDBAPI,
    Linker,
    SettingsCreator,
    block_on,
)

_FORMS = frozenset(
    [
        "llc",
        "ltd",
        "limited",
        "co",
        "corp",
        "corporation",
        "company",
        "inc",
        "incorporated",
        "gmbh",
        "ag",
        "fze",
        "fzco",
        "dmcc",
        "pte",
        "pvt",
        "private",
        "srl",
        "spa",
        "sp",
        "zoo",
        "ooo",
        "jsc",
        "pjsc",
        "zao",
        "sa",
        "sarl",
        "sas",
        "bv",
        "nv",
        "ab",
        "as",
        "oy",
        "sdn",
        "bhd",
        "pt",
        "tbk",
        "ltda",
        "sti",
        "san",
        "ve",
        "tic",
        "doo",
        "sro",
        "kft",
        "eood",
        "sia",
        "uab",
        "ou",
        "kk",
        "est",
        "wll",
        "llp",
        "plc",
        "too",
        "ao",
        "oao",
        "pao",
        "l",
        "c",
        "o",
        "z",
        "s",
        "a",
        "p",
        "b",
        "n",
        "d",
        "r",
        "e",
        "k",
        "w",
        "f",
        "de",
        "cv",
    ]
)
_LINKED = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Probabilities at which pairs are linked. The best one grows with the number of parties, as links
chain; so the benchmark takes the one that serves it best."""

_LIKE = (
    "greatest(jaro_winkler_similarity(core_l, core_r), "
    "jaro_winkler_similarity(solid_l, solid_r)) >= {}"
)
"""Words in any order, or written as one: either way of writing may be the one that was kept."""


class Splink:
    """`splink.Linker` over DuckDB."""

    def join(self, parties: pa.Table, threads: int) -> pa.Table:
        """`party_key`, `cluster` of a table of parties as `spelled_parties` gives them."""
        frame = parties.select(["party_key", "country", "city"]).to_pandas()
        words = [
            [w for w in re.findall(r"[a-z0-9]+", anyascii(name).lower()) if w not in _FORMS] or [""]
            for name in parties["name"].to_pylist()
        ]
        counts = Counter(word for name in words for word in set(name))
        rarest = [sorted(name, key=lambda word: (counts[word], word)) for name in words]
        frame["core"] = [" ".join(sorted(name)) for name in words]
        frame["solid"] = ["".join(name) for name in words]
        frame["opening"] = ["".join(name)[:6] for name in words]
        frame["first"] = [name[0] for name in words]
        frame["rarest"] = [name[0] for name in rarest]
        frame["second"] = [name[1] if len(name) > 1 else None for name in rarest]
        linker = Linker(_registered(frame, threads), _settings())
        linker.training.estimate_probability_two_random_records_match(
            [block_on("core")], recall=0.4
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
        for rule in (block_on("rarest", "second"), block_on("core"), block_on("opening", "city")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        return _clusters(linker)

    def join_records(self, records: pa.Table, threads: int) -> pa.Table:
        """The same of a table with birth dates, addresses, telephones and identifiers."""
        frame = records.to_pandas()
        frame = frame.astype(object).where(frame.notna(), None)
        words = [re.findall(r"[a-z]+", anyascii(name or "").lower()) for name in frame["name"]]
        frame["first"] = [name[0] if name else None for name in words]
        frame["last"] = [name[-1] if name else None for name in words]
        frame["born"] = [_digits(value) for value in frame["birth_date"]]
        frame["call"] = [(_digits(value) or "")[-7:] or None for value in frame["phone"]]
        frame["place"] = [
            " ".join(re.findall(r"[a-z0-9]+", anyascii(value).lower())[:3]) if value else None
            for value in frame["address"]
        ]
        told = frame.drop(columns=["phone", "birth_date"])
        linker = Linker(_registered(told, threads), _of_records())
        linker.training.estimate_probability_two_random_records_match(
            [block_on("identifier"), block_on("first", "last")], recall=0.5
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for rule in (block_on("last"), block_on("place"), block_on("first")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        return _clusters(linker)


def _digits(value: str | None) -> str | None:
    return re.sub(r"\D", "", value) or None if value else None


def _registered(frame: pd.DataFrame, threads: int) -> object:
    database = duckdb.connect()
    database.execute(f"SET threads = {threads}")
    return DuckDBAPI(connection=database).register(frame, dataset_display_name="parties")


def _settings() -> object:
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="party_key",
        comparisons=[
            cl.CustomComparison(
                output_column_name="name",
                comparison_levels=[
                    cll.NullLevel("core"),
                    cll.ExactMatchLevel("core", term_frequency_adjustments=True),
                    *(cll.CustomLevel(_LIKE.format(least)) for least in (0.97, 0.93, 0.88)),
                    cll.ElseLevel(),
                ],
            ),
            cl.ExactMatch("country").configure(term_frequency_adjustments=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("core"),
            block_on("rarest", "country"),
            block_on("rarest", "second"),
            block_on("opening"),
            block_on("first", "second"),
            block_on("second", "city"),
        ],
    )


def _of_records() -> object:
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="party_key",
        comparisons=[
            cl.JaroWinklerAtThresholds("first", [0.92, 0.8]),
            cl.JaroWinklerAtThresholds("last", [0.92, 0.8]).configure(
                term_frequency_adjustments=True
            ),
            cl.LevenshteinAtThresholds("born", [1, 2]),
            cl.JaroWinklerAtThresholds("place", [0.9]),
            cl.ExactMatch("call"),
            cl.ExactMatch("email").configure(term_frequency_adjustments=True),
            cl.ExactMatch("identifier"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on(column)
            for column in ("first", "last", "born", "place", "call", "email", "identifier")
        ],
    )


def _clusters(linker: Linker) -> pa.Table:
    found = linker.inference.predict(threshold_match_probability=_LINKED[0])
    joined = []
    for linked in _LINKED:
        made = linker.clustering.cluster_pairwise_predictions_at_threshold(found, linked)
        frame = made.as_pandas_dataframe().set_index("party_key")
        joined.append(frame["cluster_id"].rename(f"cluster at {linked}"))
    return pa.Table.from_pandas(pd.concat(joined, axis=1).reset_index(), preserve_index=False)
