SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    mynumber_cards.as_of,
    statistic_values.fiscal_year,
    mynumber_cards.cards_issued,
    mynumber_cards.population,
    mynumber_cards.population_as_of,
    mynumber_cards.issuance_rate_percent,
    units.label_ja AS unit_ja,
    units.label_en AS unit_en,
    CAST(statistics.nature AS VARCHAR) AS nature,
    (
        SELECT CAST(min(indicator_sources.comparability) AS VARCHAR)
        FROM indicator_sources
        WHERE indicator_sources.statistic_id = statistics.statistic_id
    ) AS comparability,
    statistics.source_ja AS document_title_ja,
    statistics.source_en AS document_title_en,
    statistic_citations.quote,
    statistic_citations.line_start AS line,
    statistic_citations.citation_id
FROM mynumber_cards
JOIN wards USING (ward_code)
JOIN statistic_citations USING (citation_id)
JOIN statistic_values
    ON mynumber_cards.citation_id = statistic_values.citation_id AND statistic_values.statistic_id = 'mynumber_cards_rate'
JOIN statistics ON statistic_values.statistic_id = statistics.statistic_id
JOIN units ON statistics.unit_id = units.unit_id
WHERE wards.ward_code IN (SELECT unnest($wards))
ORDER BY wards.ward_code, mynumber_cards.as_of
