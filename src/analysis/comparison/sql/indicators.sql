SELECT
    indicators.indicator_id,
    indicators.name_ja,
    indicators.name_en,
    indicators.definition_ja,
    indicators.definition_en,
    units.label_ja AS unit_ja,
    units.label_en AS unit_en,
    CAST(indicators.nature AS VARCHAR) AS nature,
    CAST(indicators.direction AS VARCHAR) AS direction,
    indicators.theme_id,
    themes.name_ja AS theme_name_ja,
    themes.name_en AS theme_name_en,
    count(DISTINCT comparisons.ward_code) AS ward_count,
    count(DISTINCT comparisons.series_id) AS series_count,
    CAST(min(comparisons.comparability) AS VARCHAR) AS best_comparability,
    indicators.needed_ja,
    indicators.needed_en
FROM indicators
JOIN units USING (unit_id)
JOIN themes ON indicators.theme_id = themes.theme_id
LEFT JOIN comparisons ON indicators.indicator_id = comparisons.indicator_id
WHERE $theme IS NULL OR indicators.theme_id = $theme
GROUP BY ALL
ORDER BY indicators.theme_id, indicators.indicator_id
