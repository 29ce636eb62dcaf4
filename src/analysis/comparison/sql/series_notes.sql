SELECT
    comparisons.ward_code,
    comparisons.ward_name_ja,
    comparisons.ward_name_en,
    comparisons.series_id,
    comparisons.name_ja,
    comparisons.name_en,
    comparisons.row_label_ja,
    comparisons.unit_ja,
    comparisons.unit_en,
    CAST(comparisons.nature AS VARCHAR) AS nature,
    CAST(comparisons.comparability AS VARCHAR) AS comparability,
    comparisons.transformation,
    indicator_sources.rationale_ja,
    indicator_sources.rationale_en,
    kpis.definition_ja,
    named.document_id,
    named.title_ja AS document_title_ja,
    coalesce(named.title_en, named.title_ja) AS document_title_en,
    named.line_start AS line,
    named.citation_id,
    comparisons.unit_id IS DISTINCT FROM indicators.unit_id AS is_other_unit
FROM comparisons
JOIN indicators USING (indicator_id)
JOIN indicator_sources
    ON
        comparisons.indicator_id = indicator_sources.indicator_id
        AND comparisons.kpi_id IS NOT DISTINCT FROM indicator_sources.kpi_id
        AND comparisons.quantity_id IS NOT DISTINCT FROM indicator_sources.quantity_id
        AND comparisons.statistic_id IS NOT DISTINCT FROM indicator_sources.statistic_id
LEFT JOIN kpis ON comparisons.kpi_id = kpis.kpi_id
-- A series is cited where its name is printed, or else where its figure is; of a statistic that is its last row.
LEFT JOIN citation_texts AS named
    ON named.citation_id = coalesce(
        kpis.citation_id,
        comparisons.citation_id
    )
WHERE
    comparisons.indicator_id = $indicator
    AND comparisons.ward_code IN (SELECT unnest($wards))
QUALIFY
    row_number() OVER (PARTITION BY comparisons.series_id ORDER BY comparisons.fiscal_year DESC NULLS LAST) = 1
ORDER BY
    comparisons.ward_code,
    comparisons.comparability,
    is_other_unit,
    comparisons.kpi_id IS NULL,
    named.char_start,
    comparisons.row_label_ja,
    comparisons.series_id
