"""What is shipped: high-priority goods, embargoes, licences, descriptions and prices."""

from __future__ import annotations

from enduse.assess.rule import Gap, Rule, ref
from enduse.model.result import N_

GOODS_RULES: tuple[Rule, ...] = (
    Rule(
        id="embargo",
        family="embargo",
        title=N_("High-priority goods to an embargoed destination"),
        statement=N_(
            "Goods of tier {tier} of the Common High Priority List, and {place} is {country}, "
            "under embargo since {since} ({regime}). A licence or an exception is not assessed."
        ),
        authorities="E5",
        query=f"""
            SELECT c.line_key, 'route' AS subject_kind, p.country AS subject_id,
                   1.0 AS strength, {ref("c.list", "c.version", "c.tier")} AS refs,
                   c.tier AS tier, p.place AS place, p.country AS country,
                   e.valid_from AS since, e.regime AS regime
            FROM concern_lines c
            JOIN (SELECT *, row_number() OVER (PARTITION BY line_key, country
                    ORDER BY CASE place WHEN 'destination' THEN 1 WHEN 'end_user' THEN 2
                                        WHEN 'consignee' THEN 3 ELSE 4 END) AS nth
                  FROM line_places WHERE place <> 'transit') p
              ON p.line_key = c.line_key AND p.nth = 1
            JOIN policy_embargoes e ON e.country = p.country
             AND c.date BETWEEN e.valid_from AND e.valid_to
        """,
    ),
    Rule(
        id="embargo-transit",
        family="embargo",
        title=N_("High-priority goods by way of an embargoed country"),
        statement=N_(
            "Goods of tier {tier} of the Common High Priority List go by way of {country}, under "
            "embargo since {since} ({regime})."
        ),
        authorities="EU",
        query=f"""
            SELECT l.line_key, 'route' AS subject_kind, t.country AS subject_id,
                   1.0 AS strength, {ref("g.list", "g.version", "g.tier")} AS refs,
                   g.tier AS tier, t.country AS country, e.valid_from AS since,
                   e.regime AS regime
            FROM lines l
            JOIN priority_codes g ON g.hs_code = l.hs_code
            JOIN transit_stops t ON t.transit_countries = l.transit_countries
            JOIN policy_embargoes e ON e.country = t.country
             AND l.date BETWEEN e.valid_from AND e.valid_to
        """,
    ),
    Rule(
        id="embargo-territory",
        family="embargo",
        title=N_("Occupied territory under embargo"),
        statement=N_(
            "{place} is written '{written}': an occupied territory under embargo, whatever the "
            "goods ({regime})."
        ),
        authorities="EU",
        query=f"""
            SELECT t.line_key, 'route' AS subject_kind, t.written AS subject_id,
                   1.0 AS strength,
                   {ref("'policy'", "$policy_version", "'territories ' || t.word")} AS refs,
                   t.place AS place, t.written AS written, t.regime AS regime
            FROM territory_places t
        """,
    ),
    Rule(
        id="embargo-other",
        family="embargo",
        title=N_("Other goods to an embargoed destination"),
        statement=N_(
            "{place} is {country}, under embargo since {since} ({regime}). Whether these goods "
            "are covered is not assessed: their code is on no list held that is keyed by code."
        ),
        authorities="E5",
        query=f"""
            SELECT l.line_key, 'route' AS subject_kind, p.country AS subject_id,
                   1.0 AS strength,
                   {ref("'policy'", "$policy_version", "'embargoes ' || p.country")} AS refs,
                   p.place AS place, p.country AS country,
                   e.valid_from AS since, e.regime AS regime
            FROM embargo_places p
            JOIN lines l ON l.line_key = p.line_key
            JOIN policy_embargoes e ON e.country = p.country
             AND l.date BETWEEN e.valid_from AND e.valid_to
            LEFT JOIN concern_lines c ON c.line_key = p.line_key
            WHERE c.line_key IS NULL
              AND NOT EXISTS (SELECT 1 FROM destination_controls g
                              WHERE g.hs_code = l.hs_code AND g.country IN (p.country, '*')
                                AND l.date BETWEEN g.valid_from AND g.valid_to)
        """,
    ),
    Rule(
        id="high-priority",
        title=N_("Common High Priority goods to a third country"),
        statement=N_(
            "Code {hs_code} is in tier {tier} of {list} (version {version}); destination "
            "{country} is outside the coalition. A code is a candidate, never a classification."
        ),
        authorities="E5",
        query=f"""
            SELECT c.line_key, 'goods' AS subject_kind, l.hs_code AS subject_id,
                   CASE WHEN c.tier IN ('1', '2') THEN 1.0 ELSE 0.7 END AS strength,
                   {ref("c.list", "c.version", "l.hs6")} AS refs,
                   l.hs_code AS hs_code, c.tier AS tier, c.list AS list, c.version AS version,
                   l.destination_country AS country
            FROM concern_lines c JOIN lines l ON l.line_key = c.line_key
        """,
    ),
    Rule(
        id="control-list",
        title=N_("Code on a control list for the destination"),
        statement=N_(
            "Code {hs_code} is under {entry} of {list} (version {version}) for {country}. "
            "A code is a candidate, never a classification."
        ),
        authorities="",
        needs=("control_codes",),
        query=f"""
            SELECT l.line_key, 'goods' AS subject_kind, l.hs_code AS subject_id,
                   1.0 AS strength, {ref("g.list", "g.version", "g.entry")} AS refs,
                   l.hs_code AS hs_code, g.entry AS entry, g.list AS list,
                   g.version AS version,
                   CASE g.country WHEN '*' THEN l.destination_country ELSE g.country END
                     AS country
            FROM lines l
            JOIN destination_controls g ON g.hs_code = l.hs_code
             AND (g.country IN (l.destination_country, l.consignee_country, '*')
                  OR g.country = l.end_user_country)
             AND l.date BETWEEN g.valid_from AND g.valid_to
        """,
    ),
    Rule(
        id="control-text",
        title=N_("Description near a control-list entry"),
        statement=N_(
            "The text is near {entry} of {list} (version {version}), likeness {percent} of 100. "
            "A candidate by words alone, never a classification."
        ),
        authorities="",
        scope="concern_lines",
        needs=("control_texts",),
        gaps=(
            Gap(
                N_("The line has no description and no part number."),
                """EXISTS (SELECT 1 FROM lines a WHERE a.line_key = l.line_key
                   AND a.description IS NULL AND a.part_number IS NULL)""",
            ),
        ),
        query=f"""
            SELECT c.line_key, 'goods' AS subject_kind, l.hs_code AS subject_id,
                   t.score AS strength, {ref("t.list", "t.version", "t.entry")} AS refs,
                   t.entry AS entry, t.list AS list, t.version AS version,
                   round(100 * t.score) AS percent
            FROM concern_lines c
            JOIN lines l ON l.line_key = c.line_key
            JOIN text_candidates t ON t.goods_key = l.goods_key
        """,
    ),
    Rule(
        id="25",
        title=N_("False licence statement"),
        statement=N_(
            "The permit field says '{permit}', but code {hs_code} is in tier {tier} of the Common "
            "High Priority List and the destination is {country}."
        ),
        authorities="G7",
        scope="concern_lines",
        query=f"""
            SELECT c.line_key, 'line' AS subject_kind, l.permit_no AS subject_id,
                   1.0 AS strength, {ref("c.list", "c.version", "l.hs6")} AS refs,
                   l.permit_no AS permit, l.hs_code AS hs_code, c.tier AS tier,
                   l.destination_country AS country
            FROM concern_lines c JOIN lines l ON l.line_key = c.line_key
            WHERE EXISTS (SELECT 1 FROM policy_no_licence_words w
                          WHERE lower(l.permit_no) LIKE '%' || w.word || '%')
        """,
    ),
    Rule(
        id="26",
        title=N_("Description and code contradict each other"),
        statement=N_(
            "The description '{description}' shares no word with heading {own} of its code but "
            "speaks of heading {other} ({words})."
        ),
        authorities="G7, EU",
        needs=("nomenclature",),
        query=f"""
            SELECT l.line_key, 'goods' AS subject_kind, l.hs_code AS subject_id,
                   1.0 AS strength,
                   {ref("'hs-nomenclature'", "$nomenclature_version", "f.own_heading")} AS refs,
                   f.description AS description, f.own_heading AS own,
                   f.best_heading AS other, f.words AS words
            FROM misfits f JOIN lines l ON l.goods_key = f.goods_key
        """,
        gaps=(
            Gap(N_("The line has no description."), "l.description IS NULL"),
            Gap(
                N_("The description or the code cannot be compared with the nomenclature."),
                """l.description IS NOT NULL AND EXISTS (
                   SELECT 1 FROM incomparable_goods u WHERE u.goods_key = l.goods_key)""",
            ),
        ),
    ),
    Rule(
        id="26-origin",
        title=N_("Description and declared origin contradict each other"),
        statement=N_(
            "The description '{description}' names {country} as where the goods come from; declared "
            "is {origin}."
        ),
        authorities="G7, EU",
        query="""
            SELECT l.line_key, 'goods' AS subject_kind, l.hs_code AS subject_id, 1.0 AS strength,
                   '' AS refs, o.description AS description, o.country AS country,
                   l.origin_country AS origin
            FROM stated_origins o JOIN lines l ON l.goods_key = o.goods_key
            WHERE l.origin_country <> o.country
        """,
        gaps=(
            Gap(
                N_("The line declares no country of origin."),
                "l.origin_country IS NULL",
                said_per_line=False,
            ),
        ),
    ),
    Rule(
        id="27",
        family="price",
        title=N_("Price far above market"),
        statement=N_(
            "{price} {currency} for a {unit} of {hs6}; the median of {lines} lines is {median}."
        ),
        authorities="NCA",
        query=f"""
            SELECT l.line_key, 'goods' AS subject_kind, l.hs_code AS subject_id,
                   least(1.0, (ln(l.value / l.quantity) - m.middle)
                              / (2 * m.spread * $price_score)) AS strength,
                   {ref("'shipments'", "$shipments_version", "'rows of ' || l.hs6")} AS refs, round(l.value / l.quantity, 2) AS price, l.currency AS currency,
                   l.unit AS unit, l.hs6 AS hs6, m.lines AS lines, round(exp(m.middle), 2) AS median
            FROM lines l JOIN unit_prices m
              ON m.hs6 = l.hs6 AND m.unit = l.unit AND m.currency = l.currency
            WHERE l.value > 0
              AND ln(l.value / l.quantity) - m.middle > m.spread * $price_score
              AND l.value / l.quantity > $price_ratio * exp(m.middle)
        """,
        gaps=(
            Gap(
                N_("The line gives no value, currency or unit."),
                "l.value IS NULL OR l.value <= 0 OR l.currency IS NULL OR l.unit IS NULL",
            ),
            Gap(
                N_("Too few lines of these goods to compare the price with."),
                """l.value > 0 AND l.currency IS NOT NULL AND l.unit IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM unit_prices m
                   WHERE m.hs6 = l.hs6 AND m.unit = l.unit AND m.currency = l.currency)""",
            ),
        ),
    ),
    Rule(
        id="28",
        family="price",
        title=N_("Value does not fit the goods"),
        statement=N_("{price} {currency} a kg of {hs6}; the median of {lines} lines is {median}."),
        authorities="A3",
        query=f"""
            SELECT l.line_key, 'goods' AS subject_kind, l.hs_code AS subject_id,
                   least(1.0, abs(ln(l.value / l.net_mass_kg) - m.middle)
                              / (2 * m.spread * $price_score)) AS strength,
                   {ref("'shipments'", "$shipments_version", "'rows of ' || l.hs6")} AS refs, round(l.value / l.net_mass_kg, 2) AS price,
                   l.currency AS currency, l.hs6 AS hs6, m.lines AS lines,
                   round(exp(m.middle), 2) AS median
            FROM lines l JOIN mass_prices m ON m.hs6 = l.hs6 AND m.currency = l.currency
            WHERE l.value > 0 AND l.net_mass_kg > 0
              AND abs(ln(l.value / l.net_mass_kg) - m.middle) > m.spread * $price_score
              AND abs(ln(l.value / l.net_mass_kg) - m.middle) > ln($price_ratio)
        """,
        gaps=(
            Gap(
                N_("The line gives no value, currency or net mass."),
                """l.value IS NULL OR l.value <= 0 OR l.currency IS NULL
                   OR l.net_mass_kg IS NULL OR l.net_mass_kg <= 0""",
            ),
            Gap(
                N_("Too few lines of these goods to compare the price with."),
                """l.value > 0 AND l.currency IS NOT NULL AND l.net_mass_kg > 0
                   AND NOT EXISTS (SELECT 1 FROM mass_prices m
                                  WHERE m.hs6 = l.hs6 AND m.currency = l.currency)""",
            ),
        ),
    ),
)
