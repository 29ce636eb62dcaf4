-- Every figure that wards print of themselves, whichever indicator it feeds.
WITH judged AS (
    SELECT
        citation_id,
        min(comparability) AS comparability,
        list(DISTINCT indicator_id ORDER BY indicator_id) AS indicator_ids,
        any_value(value_per_1000_residents) AS value_per_1000_residents,
        any_value(population) AS population,
        any_value(population_year) AS population_year
    FROM comparisons
    GROUP BY citation_id
)

SELECT
    observations.ward_code,
    observations.ward_name_ja,
    observations.ward_name_en,
    coalesce(observations.kpi_id, observations.quantity_id) AS series_id,
    observations.kpi_id,
    observations.quantity_id,
    coalesce(judged.indicator_ids, []) AS indicator_ids,
    observations.name_ja,
    observations.name_en,
    observations.row_label_ja,
    observations.fiscal_year,
    years.label_ja AS year_label_ja,
    years.label_en AS year_label_en,
    observations.as_of,
    CAST(observations.value_type AS VARCHAR) AS value_type,
    CASE activities.kind
        WHEN 'result' THEN 'did'
        WHEN 'plan' THEN 'will_do'
        WHEN 'schedule' THEN 'scheduled'
        WHEN 'goal' THEN 'aims_at'
        WHEN 'effect' THEN 'aims_at'
    END AS statement,
    observations.value,
    observations.denominator,
    quantities.bound,
    observations.unit_ja,
    observations.unit_en,
    CAST(observations.nature AS VARCHAR) AS nature,
    CAST(coalesce(judged.comparability, 'related') AS VARCHAR) AS comparability,
    judged.value_per_1000_residents,
    judged.population,
    judged.population_year,
    observations.is_approximate,
    observations.obs_status,
    observations.raw_text,
    quantities.sentence_ja,
    observations.quote,
    observations.document_id,
    documents.title_ja AS document_title_ja,
    coalesce(documents.title_en, documents.title_ja) AS document_title_en,
    observations.line,
    observations.citation_id
FROM observations
JOIN documents USING (document_id)
JOIN citations AS printed ON observations.citation_id = printed.citation_id
LEFT JOIN judged ON observations.citation_id = judged.citation_id
LEFT JOIN kpis ON observations.kpi_id = kpis.kpi_id
LEFT JOIN citations AS names ON kpis.citation_id = names.citation_id
LEFT JOIN quantities ON observations.quantity_id = quantities.quantity_id
LEFT JOIN activities ON quantities.activity_id = activities.activity_id
LEFT JOIN years ON observations.fiscal_year = years.fiscal_year
WHERE
    observations.scope = 'ward'
    AND observations.ward_code IN (SELECT unnest($wards))
    AND (len($years) = 0 OR observations.fiscal_year IN (SELECT unnest($years)))
-- Of a figure that several editions print: a legible one rather than none, then the newest edition's.
QUALIFY
    row_number() OVER (
        PARTITION BY series_id, observations.fiscal_year, observations.value_type
        ORDER BY observations.value IS NULL, documents.published_on DESC NULLS LAST, observations.document_id DESC
    ) = 1
ORDER BY
    observations.ward_code,
    observations.kpi_id IS NULL,
    documents.published_on NULLS FIRST,
    observations.document_id,
    coalesce(names.char_start, printed.char_start),
    observations.row_label_ja,
    series_id,
    observations.fiscal_year,
    observations.value_type
