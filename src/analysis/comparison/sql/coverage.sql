SELECT
    coverage.* REPLACE (CAST(best_comparability AS VARCHAR) AS best_comparability),
    themes.theme_id,
    themes.name_ja AS theme_name_ja,
    themes.name_en AS theme_name_en
FROM coverage
JOIN indicators ON coverage.indicator_id = indicators.indicator_id
JOIN themes ON indicators.theme_id = themes.theme_id
WHERE
    ward_code IN (SELECT unnest($wards))
    AND ($indicator IS NULL OR coverage.indicator_id = $indicator)
ORDER BY ward_code, themes.theme_id, coverage.indicator_id
