"""The entity-resolution truth set of the shared data, with who is who."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

_SAME = """
    1001 1002 1003 1004|1005 1006|1009 1010 1011 1012 1014|1015 1016 1017 1018|1020 1021
    1022 1023 1024|1030 1031|1032 1033|1034 1035 1036 1037 1038|1041 1042|1043 1045|1044 1046
    1047 1048 1049|1050 1051 1052|1053 1055|1054 1056|1059 1060|1061 1062
    1063 1064 1065 1066 1067 1068|1069 1070 2013|1071 1072 2014|1073 1074|1075 1076|1077 1078
    1079 1080|1081 1082|1083 1084|1085 1086|1087 1088|1091 1092|1093 1094|1095 1096|1097 1098
    1099 1100|1101 1102|1103 1104|2011 2012|2031 2032|2041 2042|2051 2052|2061 2062 2063
    2071 2072|2073 2074|2081 2082|2091 2092|2101 2102|2111 2112|2121 2122|2131 2132|2141 2142
    2151 2152|2161 2162|2192 2193|2207 2213
"""
"""Records that are of one party, as the publisher's key has it; every other stands alone."""

TRUTH_SET = pa.schema(
    [
        ("party_key", pa.int64()),
        ("name", pa.string()),
        ("kind", pa.string()),
        ("birth_date", pa.string()),
        ("address", pa.string()),
        ("phone", pa.string()),
        ("email", pa.string()),
        ("identifier", pa.string()),
        ("cluster", pa.int64()),
    ]
)
"""One row a record; `cluster` says who it is, for judging alone."""


def truth_set(data: Path) -> pa.Table:
    """The records of customers, reference and watchlist, with clusters."""
    groups = [group.split() for line in _SAME.split("\n") for group in line.split("|")]
    leader = {record: int(group[0]) for group in groups for record in group}
    rows = []
    for file in ("customers", "reference", "watchlist"):
        text = (data / "er-truthset" / f"{file}.jsonl").read_text("utf-8")
        for record in map(json.loads, text.splitlines()):
            number = record["RECORD_ID"]
            cluster = leader.get(number, int(number))
            row = _row(record["FEATURES"])
            rows.append({**row, "party_key": int(number), "cluster": cluster})
    return pa.Table.from_pylist(rows, schema=TRUTH_SET).sort_by("party_key")


def _row(features: Sequence[Mapping[str, str]]) -> dict[str, str | None]:
    said = [(use, value.strip()) for feature in features for use, value in feature.items()]
    first = dict(reversed(said))
    whole = first.get("NAME_ORG") or first.get("NAME_FULL")
    parts = [first.get(f"NAME_{part}", "") for part in ("FIRST", "MIDDLE", "LAST")]
    address = [value for use, value in said if use.startswith("ADDR_") and use != "ADDR_TYPE"]
    numbers = ("SSN_NUMBER", "PASSPORT_NUMBER", "DRIVERS_LICENSE_NUMBER", "NATIONAL_ID_NUMBER",
               "TAX_ID_NUMBER", "LEI_NUMBER")  # fmt: skip
    return {
        "name": whole or " ".join(part for part in parts if part) or None,
        "kind": first.get("RECORD_TYPE", "PERSON").lower(),
        "birth_date": first.get("DATE_OF_BIRTH"),
        "address": ", ".join(address) or None,
        "phone": first.get("PHONE_NUMBER"),
        "email": first.get("EMAIL_ADDRESS"),
        "identifier": next((first[use] for use in numbers if use in first), None),
    }
