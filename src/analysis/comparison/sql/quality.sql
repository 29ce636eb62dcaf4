WITH
lines AS (
    SELECT
        documents.ward_code,
        count(DISTINCT documents.document_id) AS document_count,
        sum(line_uses.line_count) AS line_count,
        sum(line_uses.line_count) FILTER (WHERE line_uses.use = 'unread') AS unread_line_count
    FROM documents
    JOIN line_uses USING (document_id)
    GROUP BY documents.ward_code
),

totals AS (
    SELECT
        documents.ward_code,
        count(*) AS stated_total_count,
        count(*) FILTER (WHERE reconciliations.difference = 0) AS agreeing_total_count
    FROM reconciliations
    JOIN documents USING (document_id)
    GROUP BY documents.ward_code
),

corrected AS (
    SELECT documents.ward_code, count(*) AS correction_count
    FROM corrections
    JOIN documents USING (document_id)
    GROUP BY documents.ward_code
),

figures AS (
    SELECT
        ward_code, count(*) AS value_count, count(*) FILTER (WHERE obs_status <> 'A') AS doubtful_value_count
    FROM observations
    WHERE kpi_id IS NOT NULL
    GROUP BY ward_code
),

cited AS (
    SELECT documents.ward_code, count(*) AS citation_count
    FROM citations
    JOIN documents USING (document_id)
    GROUP BY documents.ward_code
)

SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    lines.document_count,
    CAST(lines.line_count AS BIGINT) AS line_count,
    CAST(lines.unread_line_count AS BIGINT) AS unread_line_count,
    coalesce(totals.stated_total_count, 0) AS stated_total_count,
    coalesce(totals.agreeing_total_count, 0) AS agreeing_total_count,
    coalesce(corrected.correction_count, 0) AS correction_count,
    coalesce(figures.value_count, 0) AS value_count,
    coalesce(figures.doubtful_value_count, 0) AS doubtful_value_count,
    coalesce(cited.citation_count, 0) AS citation_count
FROM wards
JOIN lines ON wards.ward_code = lines.ward_code
LEFT JOIN totals ON wards.ward_code = totals.ward_code
LEFT JOIN corrected ON wards.ward_code = corrected.ward_code
LEFT JOIN figures ON wards.ward_code = figures.ward_code
LEFT JOIN cited ON wards.ward_code = cited.ward_code
WHERE wards.ward_code IN (SELECT unnest($wards))
ORDER BY wards.ward_code
