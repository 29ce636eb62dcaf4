SELECT
    comparisons.ward_code,
    comparisons.ward_name_ja,
    comparisons.ward_name_en,
    comparisons.kpi_id,
    kpis.name_ja,
    kpis.name_en,
    kpis.row_label_ja,
    comparisons.fiscal_year,
    years.label_ja AS year_label_ja,
    years.label_en AS year_label_en,
    CAST(comparisons.value_type AS VARCHAR) AS value_type,
    comparisons.value,
    comparisons.denominator,
    comparisons.unit_ja,
    comparisons.unit_en,
    CAST(comparisons.nature AS VARCHAR) AS nature,
    CAST(comparisons.comparability AS VARCHAR) AS comparability,
    comparisons.is_approximate,
    comparisons.obs_status,
    observations.raw_text,
    comparisons.quote,
    comparisons.document_id,
    documents.title_ja AS document_title_ja,
    comparisons.line,
    comparisons.citation_id
FROM comparisons
JOIN kpis USING (kpi_id)
JOIN indicators ON comparisons.indicator_id = indicators.indicator_id
JOIN citations AS names ON kpis.citation_id = names.citation_id
JOIN observations ON comparisons.citation_id = observations.citation_id
JOIN documents ON comparisons.document_id = documents.document_id
JOIN years ON comparisons.fiscal_year = years.fiscal_year
WHERE
    comparisons.indicator_id = $indicator
    AND comparisons.ward_code IN (SELECT unnest($wards))
    AND (len($years) = 0 OR comparisons.fiscal_year IN (SELECT unnest($years)))
-- Of a figure that several editions print: a legible one rather than none, then the newest edition's.
QUALIFY
    row_number() OVER (
        PARTITION BY comparisons.kpi_id, comparisons.fiscal_year, comparisons.value_type
        ORDER BY comparisons.value IS NULL, documents.published_on DESC NULLS LAST, comparisons.document_id DESC
    ) = 1
-- Within a ward, series in the indicator's own unit first, then in the order of the document.
ORDER BY
    comparisons.ward_code,
    kpis.unit_id <> indicators.unit_id,
    names.char_start,
    kpis.row_label_ja,
    comparisons.fiscal_year,
    comparisons.value_type
