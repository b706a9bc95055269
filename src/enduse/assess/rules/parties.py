"""Who takes part: listed parties and vessels, look-alikes, addresses, owners, lines of business."""

from __future__ import annotations

from enduse.assess.rule import Gap, Rule, ref, refs
from enduse.model.result import N_

_LISTING_REF = ref("h.list", "h.version", "h.entity_id")
_REGISTRY_REF = ref("'registry'", "$registry_version", "f.entity_id")

# A partner's tip is named with its terms.
_LIST = """h.list || coalesce((SELECT ' (' || t.sender || ': ' || t.handling || ')'
                               FROM tips t WHERE t.list = h.list), '')"""
_BY = "least(coalesce(h.listed_from, h.first_seen), h.first_seen)"


def _listed(
    id: str,
    title: str,
    statement: str,
    where: str,
    *,
    score: str = ">= $listed_score",
    strength: str = "1.0",
    gaps: tuple[Gap, ...] = (),
    authorities: str = "",
) -> Rule:
    return Rule(
        id=id,
        title=title,
        statement=statement,
        authorities=authorities,
        family="listing",
        needs=("listings",),
        gaps=gaps,
        query=f"""
            SELECT h.line_key, h.subject_kind, h.role || ': ' || h.name AS subject_id,
                   {strength} AS strength, {_LISTING_REF} AS refs,
                   h.name AS name, h.matched_name AS listed_name, h.list AS list,
                   h.entity_id AS record, h.date AS date, {_BY} AS since,
                   h.version AS version, round(100 * h.score) AS percent
            FROM line_hits h
            WHERE {where} AND h.standing_today <> 'listed_since' AND h.score {score}
              AND NOT EXISTS (SELECT 1 FROM tips t WHERE t.list = h.list)
        """,
    )


_LISTINGS = (
    _listed(
        "listed",
        N_("Listed when shipped, and listed today"),
        N_(
            "{name} meets {listed_name} on {list} (record {record}): on that list by {since}, "
            "no later than the shipment of {date}, and still today."
        ),
        "h.standing = 'listed' AND h.standing_today = 'listed'",
        gaps=(Gap(N_("The line names no vessel."), "l.vessel_imo IS NULL", said_per_line=False),),
    ),
    _listed(
        "listed-then",
        N_("Listed when shipped, delisted since"),
        N_(
            "{name} meets {listed_name} on {list} (record {record}): "
            "on that list on {date}, and no longer on it today."
        ),
        "h.standing = 'listed' AND h.standing_today <> 'listed'",
    ),
    _listed(
        "listed-since",
        N_("Listed since the shipment"),
        N_(
            "{name} meets {listed_name} on {list} (record {record}): not on that list on {date}, "
            "the day of the shipment, and on it by {since}."
        ),
        "h.standing = 'listed_since'",
    ),
    _listed(
        "listed-undated",
        N_("Listed today, listing date not assessed"),
        N_(
            "{name} meets {listed_name} on {list} (record {record}). The list gives no date; it was "
            "first seen there on {since}: whether it was listed on {date} is not assessed."
        ),
        "h.standing = 'undated'",
    ),
    _listed(
        "delisted",
        N_("Delisted before the shipment"),
        N_(
            "{name} meets {listed_name}, which was on {list} (record {record}) "
            "and no longer was on {date}."
        ),
        "h.standing = 'delisted'",
    ),
    _listed(
        "10",
        N_("Name resembles a listed party's"),
        N_(
            "{name} resembles {listed_name} on {list} (record {record}); "
            "likeness {percent} of 100. The same party or not: to be decided by a person."
        ),
        "h.standing <> 'delisted'",
        score="< $listed_score",
        strength="h.score",
        authorities="A3, NCA",
    ),
)

PARTY_RULES: tuple[Rule, ...] = (
    *_LISTINGS,
    Rule(
        id="01",
        family="newcomer",
        title=N_("Founded after the invasion, receives high-priority goods"),
        statement=N_(
            "{name} ({country}) was founded on {founded}, after {turning_point}, and receives "
            "goods of tier {tier} of the Common High Priority List."
        ),
        authorities="A2, E5, NCA",
        scope="concern_lines",
        needs=("registry",),
        query=f"""
            SELECT c.line_key, 'party' AS subject_kind, r.role || ': ' || r.name AS subject_id,
                   CASE WHEN l.date < f.incorporation_date + INTERVAL 730 DAY
                        THEN 1.0 ELSE 0.7 END AS strength,
                   {_REGISTRY_REF} AS refs,
                   r.name AS name, r.country AS country, f.incorporation_date AS founded,
                   $turning_point AS turning_point, c.tier AS tier
            FROM concern_lines c
            JOIN lines l ON l.line_key = c.line_key
            JOIN receivers r ON r.line_key = c.line_key AND r.outside
            JOIN registry_firms f ON f.firm_key = r.firm_key
            WHERE f.incorporation_date >= $turning_point
        """,
        gaps=(
            Gap(
                N_("No receiver outside the coalition is in the company registry with a date."),
                """NOT EXISTS (SELECT 1 FROM receivers r JOIN registry_firms f
                     ON f.firm_key = r.firm_key AND f.incorporation_date IS NOT NULL
                   WHERE r.line_key = l.line_key AND r.outside)""",
            ),
        ),
    ),
    Rule(
        id="08",
        title=N_("Final consignee is a forwarder, mail centre, trader or bank"),
        statement=N_(
            "{name}, the last party named, is by its {basis} a forwarder, trader or bank ({word})."
        ),
        authorities="KYC, A3, TW",
        scope="concern_lines",
        query=f"""
            SELECT r.line_key, 'party' AS subject_kind, r.role || ': ' || r.name AS subject_id,
                   CASE WHEN w.basis = 'name' THEN 1.0 ELSE 0.8 END AS strength,
                   CASE WHEN w.entity_id IS NULL THEN '' ELSE
                     {ref("'registry'", "$registry_version", "w.entity_id")} END AS refs,
                   r.name AS name, w.basis AS basis, w.word AS word
            FROM receivers r JOIN forwarder_firms w ON w.firm_key = r.firm_key
            WHERE r.is_final
        """,
    ),
    Rule(
        id="09",
        title=N_("Address equals or nearly equals a listed party's"),
        statement=N_(
            "The address of {name} ({address}) is, or nearly is, that of {listed_name} on {list} "
            "(record {record}, on that list by {since}): {listed_address}."
        ),
        authorities="A3, NCA, G7, OT",
        scope="concern_lines",
        needs=("listings",),
        query=f"""
            SELECT h.line_key, 'party' AS subject_kind, h.role || ': ' || h.name AS subject_id,
                   h.score * CASE h.standing WHEN 'listed' THEN 1.0 ELSE 0.6 END AS strength, {_LISTING_REF} AS refs, h.name AS name,
                   h.address AS address, h.listed_name AS listed_name, {_LIST} AS list,
                   h.entity_id AS record, h.matched_address AS listed_address, {_BY} AS since
            FROM line_address_hits h JOIN concern_lines c ON c.line_key = h.line_key
            WHERE h.standing <> 'delisted' AND h.standing_today <> 'listed_since'
              AND NOT EXISTS (SELECT 1 FROM line_hits n
                              WHERE n.line_key = h.line_key AND n.role = h.role
                                AND n.entity_id = h.entity_id)
        """,
        gaps=(
            Gap(
                N_("No receiver has an address."),
                """NOT EXISTS (SELECT 1 FROM receivers r
                   WHERE r.line_key = l.line_key AND r.address_key IS NOT NULL)""",
            ),
        ),
    ),
    Rule(
        id="11",
        title=N_("Listed owner or director"),
        statement=N_(
            "{name}: {person}, {relation} by the company registry (share: {share}), meets "
            "{listed_name} on {list} (record {record}, on that list by {since})."
        ),
        authorities="AFF",
        scope="concern_lines",
        needs=("registry", "listings"),
        query=f"""
            SELECT h.line_key, 'party' AS subject_kind, h.role || ': ' || h.name AS subject_id,
                   CASE WHEN h.share >= 0.5 THEN 1.0 WHEN h.relation = 'owner' THEN 0.8
                        ELSE 0.6 END
                     * CASE h.standing WHEN 'listed' THEN 1.0 ELSE 0.6 END AS strength,
                   {refs(_LISTING_REF, ref("'registry'", "$registry_version", "h.registry_id"))}
                     AS refs,
                   h.name AS name, h.person AS person, h.relation AS relation,
                   coalesce(CAST(round(100 * h.share, 1) AS VARCHAR) || '%', '–') AS share,
                   h.matched_name AS listed_name, {_LIST} AS list, h.entity_id AS record,
                   {_BY} AS since
            FROM line_registry_hits h JOIN concern_lines c ON c.line_key = h.line_key
            WHERE h.score >= $listed_score AND h.standing <> 'delisted'
              AND h.standing_today <> 'listed_since'
              AND (h.held_from IS NULL OR h.held_from <= h.date)
              AND (h.held_to IS NULL OR h.held_to >= h.date)
        """,
        gaps=(
            Gap(
                N_("No receiver is in the company registry with owners or officers."),
                """NOT EXISTS (SELECT 1 FROM receivers r JOIN registry_firms f
                     ON f.firm_key = r.firm_key AND f.has_people
                   WHERE r.line_key = l.line_key)""",
            ),
        ),
    ),
    Rule(
        id="16",
        title=N_("Goods do not fit the line of business"),
        statement=N_(
            "{name} is registered for '{activity}', which does not fit goods of chapter {chapter}."
        ),
        authorities="KYC, A3, NCA, OT, TW",
        scope="concern_lines",
        needs=("registry",),
        query=f"""
            SELECT r.line_key, 'party' AS subject_kind, r.role || ': ' || r.name AS subject_id,
                   1.0 AS strength, {_REGISTRY_REF} AS refs, r.name AS name,
                   f.activity AS activity, l.chapter AS chapter
            FROM receivers r
            JOIN lines l ON l.line_key = r.line_key
            JOIN registry_firms f ON f.firm_key = r.firm_key
            JOIN (SELECT DISTINCT firm_key FROM firm_chapters) k ON k.firm_key = r.firm_key
            LEFT JOIN firm_chapters a ON a.firm_key = r.firm_key AND a.chapter = l.chapter
            WHERE r.is_final AND a.firm_key IS NULL
        """,
        gaps=(
            Gap(
                N_("The line of business of the last party named is not known."),
                """NOT EXISTS (SELECT 1 FROM receivers r JOIN firm_chapters a
                     ON a.firm_key = r.firm_key
                   WHERE r.line_key = l.line_key AND r.is_final)""",
            ),
        ),
    ),
)
