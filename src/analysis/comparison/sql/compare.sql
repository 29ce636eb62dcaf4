SELECT
    comparisons.ward_code,
    comparisons.ward_name_ja,
    comparisons.ward_name_en,
    comparisons.series_id,
    comparisons.kpi_id,
    comparisons.quantity_id,
    comparisons.statistic_id,
    comparisons.name_ja,
    comparisons.name_en,
    comparisons.row_label_ja,
    comparisons.fiscal_year,
    years.label_ja AS year_label_ja,
    years.label_en AS year_label_en,
    comparisons.as_of,
    CAST(comparisons.value_type AS VARCHAR) AS value_type,
    comparisons.value,
    comparisons.denominator,
    comparisons.unit_ja,
    comparisons.unit_en,
    CAST(comparisons.nature AS VARCHAR) AS nature,
    CAST(comparisons.comparability AS VARCHAR) AS comparability,
    comparisons.transformation,
    comparisons.indicator_value,
    comparisons.value_per_1000_residents,
    comparisons.population,
    comparisons.population_year,
    comparisons.is_approximate,
    comparisons.obs_status,
    comparisons.raw_text,
    comparisons.quote,
    comparisons.document_id,
    coalesce(documents.title_ja, statistics.source_ja) AS document_title_ja,
    coalesce(documents.title_en, statistics.source_en) AS document_title_en,
    comparisons.line,
    comparisons.citation_id
FROM comparisons
JOIN indicators USING (indicator_id)
LEFT JOIN kpis ON comparisons.kpi_id = kpis.kpi_id
LEFT JOIN citations AS printed ON comparisons.citation_id = printed.citation_id
LEFT JOIN citations AS names ON kpis.citation_id = names.citation_id
LEFT JOIN documents ON comparisons.document_id = documents.document_id
LEFT JOIN statistics ON comparisons.statistic_id = statistics.statistic_id
LEFT JOIN years ON comparisons.fiscal_year = years.fiscal_year
WHERE
    comparisons.indicator_id = $indicator
    AND comparisons.ward_code IN (SELECT unnest($wards))
    AND (len($years) = 0 OR comparisons.fiscal_year IN (SELECT unnest($years)))
-- Of a figure that several editions print: a legible one rather than none, then the newest edition's.
QUALIFY
    row_number() OVER (
        PARTITION BY comparisons.series_id, comparisons.fiscal_year, comparisons.value_type
        ORDER BY comparisons.value IS NULL, documents.published_on DESC NULLS LAST, comparisons.document_id DESC
    ) = 1
-- Within a ward what compares best first, then the indicator's own unit, then in the order of the document.
ORDER BY
    comparisons.ward_code,
    comparisons.comparability,
    comparisons.unit_id IS DISTINCT FROM indicators.unit_id,
    comparisons.kpi_id IS NULL,
    coalesce(names.char_start, printed.char_start),
    comparisons.row_label_ja,
    comparisons.series_id,
    comparisons.fiscal_year,
    comparisons.value_type
