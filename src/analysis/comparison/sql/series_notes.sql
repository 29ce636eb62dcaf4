SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    kpis.kpi_id,
    kpis.name_ja,
    kpis.name_en,
    kpis.row_label_ja,
    units.label_ja AS unit_ja,
    units.label_en AS unit_en,
    CAST(kpis.nature AS VARCHAR) AS nature,
    CAST(indicator_sources.comparability AS VARCHAR) AS comparability,
    indicator_sources.rationale_ja,
    indicator_sources.rationale_en,
    kpis.definition_ja,
    citations.line_start AS line
FROM indicator_sources
JOIN indicators USING (indicator_id)
JOIN kpis USING (kpi_id)
JOIN plans ON kpis.plan_id = plans.plan_id
JOIN wards ON plans.ward_code = wards.ward_code
JOIN citations ON kpis.citation_id = citations.citation_id
LEFT JOIN units ON kpis.unit_id = units.unit_id
WHERE
    indicator_sources.indicator_id = $indicator
    AND wards.ward_code IN (SELECT unnest($wards))
ORDER BY wards.ward_code, kpis.unit_id <> indicators.unit_id, citations.char_start, kpis.row_label_ja
