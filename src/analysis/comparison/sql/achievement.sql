WITH verdicts AS (
    SELECT kpi_id, min(comparability) AS comparability
    FROM indicator_sources
    WHERE kpi_id IS NOT NULL AND ($indicator IS NULL OR indicator_id = $indicator)
    GROUP BY kpi_id
)

SELECT
    achievements.ward_code,
    achievements.ward_name_ja,
    achievements.ward_name_en,
    achievements.kpi_id,
    achievements.name_ja,
    achievements.name_en,
    achievements.row_label_ja,
    achievements.fiscal_year,
    years.label_ja AS year_label_ja,
    years.label_en AS year_label_en,
    achievements.unit_ja,
    achievements.unit_en,
    CAST(achievements.nature AS VARCHAR) AS nature,
    CAST(achievements.direction AS VARCHAR) AS direction,
    CAST(verdicts.comparability AS VARCHAR) AS comparability,
    achievements.target,
    achievements.target_denominator,
    targets.is_approximate AS target_is_approximate,
    achievements.actual,
    achievements.actual_denominator,
    achievements.actual_obs_status,
    achievements.actual_is_approximate,
    achievements.baseline,
    achievements.baseline_fiscal_year,
    achievements.is_met,
    achievements.gap,
    achievements.achievement_ratio,
    achievements.ratio_refusal,
    achievements.progress_from_baseline,
    achievements.progress_refusal,
    achievements.target_raw_text,
    achievements.actual_raw_text,
    achievements.ward_grade_ja,
    documents.document_id,
    documents.title_ja AS document_title_ja,
    documents.title_en AS document_title_en,
    cited.line_start AS line,
    targets.document_id AS target_document_id,
    achievements.target_citation_id,
    achievements.actual_citation_id,
    achievements.baseline_citation_id,
    grades.document_id AS ward_grade_document_id,
    achievements.ward_grade_citation_id,
    cited.citation_id
FROM achievements
JOIN kpis USING (kpi_id)
JOIN citations AS names ON kpis.citation_id = names.citation_id
JOIN years ON achievements.fiscal_year = years.fiscal_year
JOIN citations AS cited ON cited.citation_id = coalesce(achievements.actual_citation_id, achievements.target_citation_id)
JOIN documents ON cited.document_id = documents.document_id
LEFT JOIN kpi_values AS targets ON achievements.target_citation_id = targets.citation_id
LEFT JOIN citations AS grades ON achievements.ward_grade_citation_id = grades.citation_id
LEFT JOIN verdicts ON achievements.kpi_id = verdicts.kpi_id
WHERE
    achievements.ward_code IN (SELECT unnest($wards))
    AND ($indicator IS NULL OR verdicts.kpi_id IS NOT NULL)
    AND (len($years) = 0 OR achievements.fiscal_year IN (SELECT unnest($years)))
ORDER BY
    achievements.ward_code, names.char_start, achievements.row_label_ja, achievements.kpi_id, achievements.fiscal_year
