-- A ward's own figure beside the national statistic of the same indicator and fiscal year.
SELECT
    own.ward_code,
    own.ward_name_ja,
    own.ward_name_en,
    own.indicator_id,
    own.fiscal_year,
    years.label_ja AS year_label_ja,
    years.label_en AS year_label_en,
    CAST(own.value_type AS VARCHAR) AS value_type,
    own.value,
    own.obs_status,
    own.unit_ja,
    own.unit_en,
    CAST(own.nature AS VARCHAR) AS nature,
    CAST(own.comparability AS VARCHAR) AS comparability,
    national.value AS statistic_value,
    national.as_of AS statistic_as_of,
    date_diff('day', national.as_of, years.ends_on) AS days_to_year_end,
    own.value - national.value AS difference,
    own.quote,
    own.document_id,
    own.line,
    own.citation_id,
    national.citation_id AS statistic_citation_id
FROM comparisons AS own
JOIN comparisons AS national USING (indicator_id, ward_code, fiscal_year, unit_id)
JOIN years USING (fiscal_year)
WHERE
    own.statistic_id IS NULL
    AND national.statistic_id IS NOT NULL
    AND own.value IS NOT NULL
    AND own.value_type IS DISTINCT FROM 'target'
    AND own.indicator_id = $indicator
    AND own.ward_code IN (SELECT unnest($wards))
ORDER BY own.ward_code, own.fiscal_year, own.citation_id
