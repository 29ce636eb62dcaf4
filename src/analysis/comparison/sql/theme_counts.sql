WITH newest_plans AS (
    SELECT plan_id, ward_code
    FROM plans
    WHERE ward_code IN (SELECT unnest($wards))
    QUALIFY row_number() OVER (PARTITION BY ward_code ORDER BY start_fiscal_year DESC NULLS LAST, plan_id DESC) = 1
),

items AS (
    SELECT measures.measure_id, newest_plans.ward_code, measures.citation_id
    FROM measures
    JOIN newest_plans USING (plan_id)
    WHERE
        measures.level <> 'viewpoint'
        -- An item that repeats another (再掲) is that item.
        AND measures.repeats_measure_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM measures AS parts WHERE parts.parent_measure_id = measures.measure_id)
        -- Where the source has lost which item stands below which heading, a heading without items is still a heading.
        AND NOT EXISTS (
            SELECT 1
            FROM measures AS orphans
            WHERE
                orphans.plan_id = measures.plan_id
                AND NOT orphans.is_parent_known
                AND orphans.level > measures.level
        )
        AND NOT EXISTS (
            SELECT 1
            FROM measure_themes
            WHERE measure_themes.measure_id = measures.measure_id AND is_primary AND theme_id = 'T00'
        )
),

coded AS (
    SELECT
        items.ward_code,
        measure_themes.theme_id,
        count(*) FILTER (WHERE measure_themes.is_primary) AS item_count,
        count(*) FILTER (WHERE NOT measure_themes.is_primary) AS secondary_count,
        list(items.citation_id ORDER BY items.citation_id) FILTER (WHERE measure_themes.is_primary) AS citation_ids
    FROM items
    JOIN measure_themes USING (measure_id)
    GROUP BY ALL
),

totals AS (SELECT ward_code, count(*) AS ward_item_count FROM items GROUP BY ward_code)

SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    themes.theme_id,
    themes.name_ja AS theme_name_ja,
    themes.name_en AS theme_name_en,
    coalesce(coded.item_count, 0) AS item_count,
    coalesce(coded.secondary_count, 0) AS secondary_count,
    totals.ward_item_count,
    coalesce(coded.item_count, 0) / totals.ward_item_count AS share,
    coalesce(coded.citation_ids, []) AS citation_ids
FROM wards
JOIN totals USING (ward_code)
CROSS JOIN themes
LEFT JOIN coded ON wards.ward_code = coded.ward_code AND themes.theme_id = coded.theme_id
WHERE themes.theme_id <> 'T00'
ORDER BY themes.theme_id, wards.ward_code
