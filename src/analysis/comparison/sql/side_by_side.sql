-- What each ward says under the items of a theme; an item without a word under it by its title, a ward without an item
-- by an empty row.
WITH items AS (
    SELECT
        plans.ward_code,
        measures.measure_id,
        measures.level_ja,
        measures.code,
        measures.title_ja,
        measures.title_en,
        measure_themes.is_primary,
        measures.citation_id,
        NOT EXISTS (SELECT 1 FROM measures AS parts WHERE parts.parent_measure_id = measures.measure_id) AS is_lowest
    FROM measures
    JOIN plans USING (plan_id)
    JOIN measure_themes USING (measure_id)
    WHERE measure_themes.theme_id = $theme AND measures.repeats_measure_id IS NULL
),

statements AS (
    SELECT
        items.ward_code,
        items.measure_id,
        CASE activities.kind
            WHEN 'result' THEN 'did'
            WHEN 'plan' THEN 'will_do'
            WHEN 'schedule' THEN 'scheduled'
            ELSE 'aims_at'
        END AS statement,
        activities.fiscal_year,
        activities.is_open_ended,
        activities.text_ja,
        activities.citation_id
    FROM items
    JOIN activities USING (measure_id)
    UNION ALL
    SELECT ward_code, measure_id, 'lists', NULL, NULL, title_ja, citation_id
    FROM items
    WHERE is_lowest AND measure_id NOT IN (SELECT measure_id FROM activities)
)

SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    items.measure_id,
    items.level_ja,
    items.code,
    items.title_ja AS measure_title_ja,
    items.title_en AS measure_title_en,
    items.is_primary,
    coalesce(statements.statement, 'nothing') AS statement,
    statements.fiscal_year,
    statements.is_open_ended,
    statements.text_ja,
    citations.quote,
    documents.document_id,
    documents.title_ja AS document_title_ja,
    documents.title_en AS document_title_en,
    citations.line_start AS line,
    citations.citation_id
FROM wards
LEFT JOIN statements ON wards.ward_code = statements.ward_code
LEFT JOIN items ON statements.measure_id = items.measure_id
LEFT JOIN citations ON statements.citation_id = citations.citation_id
LEFT JOIN documents ON citations.document_id = documents.document_id
WHERE wards.ward_code IN (SELECT unnest($wards))
ORDER BY
    wards.ward_code,
    items.is_primary DESC,
    documents.published_on NULLS FIRST,
    documents.document_id,
    items.measure_id,
    citations.char_start
