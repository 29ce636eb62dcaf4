-- The items of which the counts tell: $counted are the citations of those that theme_counts counts.
WITH newest_statuses AS (
    SELECT * FROM statuses
    QUALIFY row_number() OVER (PARTITION BY measure_id ORDER BY fiscal_year DESC) = 1
)

SELECT
    plans.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    plans.plan_id,
    plans.title_ja AS plan_title_ja,
    plans.title_en AS plan_title_en,
    measures.citation_id IN (SELECT unnest($counted)) AS is_counted,
    measures.measure_id,
    measures.level_ja,
    measures.code,
    measures.title_ja,
    measures.title_en,
    CAST(measures.lead_body AS VARCHAR) AS lead_body,
    parents.code AS parent_code,
    parents.title_ja AS parent_title_ja,
    parents.title_en AS parent_title_en,
    themes.theme_id,
    themes.name_ja AS theme_name_ja,
    themes.name_en AS theme_name_en,
    (
        SELECT list(departments.name_ja ORDER BY departments.department_id)
        FROM measure_departments
        JOIN departments USING (department_id)
        WHERE measure_departments.measure_id = measures.measure_id
    ) AS departments_ja,
    (
        SELECT list(coalesce(departments.name_en, departments.name_ja) ORDER BY departments.department_id)
        FROM measure_departments
        JOIN departments USING (department_id)
        WHERE measure_departments.measure_id = measures.measure_id
    ) AS departments_en,
    newest_statuses.fiscal_year AS status_fiscal_year,
    years.label_ja AS status_year_label_ja,
    years.label_en AS status_year_label_en,
    newest_statuses.label_ja AS status_label_ja,
    status_groups.status_group,
    status_groups.name_ja AS status_group_ja,
    status_groups.name_en AS status_group_en,
    newest_statuses.citation_id AS status_citation_id,
    citations.quote,
    documents.document_id,
    documents.title_ja AS document_title_ja,
    coalesce(documents.title_en, documents.title_ja) AS document_title_en,
    citations.line_start AS line,
    citations.citation_id
FROM measures
JOIN plans ON measures.plan_id = plans.plan_id
JOIN wards ON plans.ward_code = wards.ward_code
JOIN citations ON measures.citation_id = citations.citation_id
JOIN documents ON citations.document_id = documents.document_id
LEFT JOIN measures AS parents ON measures.parent_measure_id = parents.measure_id
LEFT JOIN measure_themes ON measures.measure_id = measure_themes.measure_id AND measure_themes.is_primary
LEFT JOIN themes ON measure_themes.theme_id = themes.theme_id
LEFT JOIN newest_statuses ON measures.measure_id = newest_statuses.measure_id
LEFT JOIN status_groups ON newest_statuses.status = status_groups.status
LEFT JOIN years ON newest_statuses.fiscal_year = years.fiscal_year
WHERE
    plans.ward_code IN (SELECT unnest($wards))
    AND (
        measures.citation_id IN (SELECT unnest($counted))
        OR (newest_statuses.measure_id IS NOT NULL AND measures.repeats_measure_id IS NULL)
    )
ORDER BY
    plans.ward_code,
    measures.citation_id NOT IN (SELECT unnest($counted)),
    documents.published_on DESC NULLS LAST,
    documents.document_id DESC,
    citations.char_start
