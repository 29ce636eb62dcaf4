SELECT
    status_counts.ward_code,
    status_counts.ward_name_ja,
    status_counts.ward_name_en,
    status_counts.plan_id,
    plans.title_ja AS plan_title_ja,
    plans.title_en AS plan_title_en,
    status_counts.fiscal_year,
    years.label_ja AS year_label_ja,
    years.label_en AS year_label_en,
    status_counts.status_group,
    status_counts.status_group_ja,
    status_counts.status_group_en,
    CAST(status_counts.status AS VARCHAR) AS status,
    status_counts.label_ja,
    status_counts.item_count,
    CAST(status_counts.rated_count AS BIGINT) AS rated_count,
    status_counts.item_count / status_counts.rated_count AS share,
    'related' AS comparability,
    status_counts.citation_ids,
    citations.document_id,
    citations.line_start AS line,
    citations.citation_id
FROM status_counts
JOIN plans USING (plan_id)
JOIN years ON status_counts.fiscal_year = years.fiscal_year
JOIN citations ON citations.citation_id = status_counts.citation_ids[1]
WHERE status_counts.ward_code IN (SELECT unnest($wards))
ORDER BY status_counts.ward_code, status_counts.fiscal_year, status_counts.status
