-- For each ward the figures of a fiscal year that could stand for it, what compares best first, each with its value in
-- the terms of the indicator or the reason why it has none.
WITH figures AS (
    SELECT
        comparisons.*,
        indicator_sources.rationale_ja,
        indicator_sources.rationale_en,
        CASE
            WHEN comparisons.comparability = 'related' THEN 'related'
            WHEN comparisons.obs_status = 'B' THEN 'break'
            WHEN comparisons.denominator IS NOT NULL THEN 'fraction'
            WHEN comparisons.unit_id IS DISTINCT FROM indicators.unit_id THEN 'other_unit'
            -- A nature that the document leaves open does not contradict the verdict; another one does.
            WHEN comparisons.comparability = 'direct' AND comparisons.nature <> indicators.nature THEN 'other_nature'
            WHEN comparisons.transformation = 'increment_to_level' AND comparisons.nature <> 'increment' THEN 'other_nature'
            WHEN comparisons.indicator_value IS NULL THEN 'no_base'
        END AS refusal
    FROM comparisons
    JOIN indicators USING (indicator_id)
    JOIN indicator_sources
        ON
            comparisons.indicator_id = indicator_sources.indicator_id
            AND comparisons.kpi_id IS NOT DISTINCT FROM indicator_sources.kpi_id
            AND comparisons.quantity_id IS NOT DISTINCT FROM indicator_sources.quantity_id
            AND comparisons.statistic_id IS NOT DISTINCT FROM indicator_sources.statistic_id
    WHERE
        comparisons.indicator_id = $indicator
        AND comparisons.fiscal_year = $year
        AND comparisons.value IS NOT NULL
        AND comparisons.value_type IS DISTINCT FROM 'target'
)

SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    figures.fiscal_year,
    figures.as_of,
    CASE WHEN figures.refusal IS NULL THEN figures.indicator_value END AS indicator_value,
    -- Unit and nature are those of the indicator: a figure that is not comparable may be in others.
    CASE WHEN figures.refusal IS NULL THEN figures.value END AS value,
    units.label_ja AS unit_ja,
    units.label_en AS unit_en,
    CAST(indicators.nature AS VARCHAR) AS nature,
    CAST(indicators.direction AS VARCHAR) AS direction,
    CAST(figures.comparability AS VARCHAR) AS comparability,
    figures.transformation,
    figures.is_approximate,
    figures.obs_status,
    CASE WHEN figures.citation_id IS NULL THEN 'nothing' ELSE figures.refusal END AS refusal,
    figures.rationale_ja,
    figures.rationale_en,
    citation_texts.document_id,
    citation_texts.title_ja AS document_title_ja,
    coalesce(citation_texts.title_en, citation_texts.title_ja) AS document_title_en,
    figures.quote,
    figures.line,
    figures.citation_id
FROM wards
CROSS JOIN indicators
JOIN units ON indicators.unit_id = units.unit_id
LEFT JOIN figures ON wards.ward_code = figures.ward_code
LEFT JOIN citation_texts ON figures.citation_id = citation_texts.citation_id
WHERE indicators.indicator_id = $indicator AND wards.ward_code IN (SELECT unnest($wards))
ORDER BY wards.ward_code, figures.refusal IS NOT NULL, figures.comparability, figures.citation_id
