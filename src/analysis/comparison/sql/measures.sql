SELECT
    plans.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    measures.plan_id,
    measures.measure_id,
    CAST(measures.level AS VARCHAR) AS level,
    measures.level_ja,
    measures.code,
    measures.title_ja,
    measures.title_en,
    NOT EXISTS (
        SELECT 1 FROM measures AS parts WHERE parts.parent_measure_id = measures.measure_id
    ) AS is_lowest_level,
    measures.repeats_measure_id,
    (
        SELECT theme_id FROM measure_themes WHERE measure_themes.measure_id = measures.measure_id AND is_primary
    ) AS theme_id,
    (
        SELECT list(theme_id ORDER BY theme_id)
        FROM measure_themes
        WHERE measure_themes.measure_id = measures.measure_id AND NOT is_primary
    ) AS other_theme_ids,
    (
        SELECT CAST(any_value(method) AS VARCHAR)
        FROM measure_themes
        WHERE measure_themes.measure_id = measures.measure_id AND is_primary
    ) AS theme_method,
    measures.is_national_priority,
    CAST(measures.novelty AS VARCHAR) AS novelty,
    newest_status.fiscal_year AS status_fiscal_year,
    CAST(newest_status.status AS VARCHAR) AS status,
    newest_status.label_ja AS status_label_ja,
    (
        SELECT list(departments.name_ja ORDER BY departments.department_id)
        FROM measure_departments
        JOIN departments USING (department_id)
        WHERE measure_departments.measure_id = measures.measure_id
    ) AS departments_ja,
    (
        SELECT list(departments.name_en ORDER BY departments.department_id)
        FROM measure_departments
        JOIN departments USING (department_id)
        WHERE measure_departments.measure_id = measures.measure_id
    ) AS departments_en,
    citations.quote,
    documents.document_id,
    documents.title_ja AS document_title_ja,
    documents.title_en AS document_title_en,
    citations.line_start AS line,
    citations.citation_id
FROM measures
JOIN plans USING (plan_id)
JOIN wards ON plans.ward_code = wards.ward_code
JOIN citations ON measures.citation_id = citations.citation_id
JOIN documents ON measures.document_id = documents.document_id
LEFT JOIN (
    SELECT * FROM statuses
    QUALIFY row_number() OVER (PARTITION BY measure_id ORDER BY fiscal_year DESC) = 1
) AS newest_status ON measures.measure_id = newest_status.measure_id
WHERE
    plans.ward_code IN (SELECT unnest($wards))
    AND (
        $theme IS NULL
        OR EXISTS (
            SELECT 1
            FROM measure_themes
            WHERE measure_themes.measure_id = measures.measure_id AND measure_themes.theme_id = $theme
        )
    )
ORDER BY plans.ward_code, documents.published_on NULLS FIRST, documents.document_id, citations.char_start
