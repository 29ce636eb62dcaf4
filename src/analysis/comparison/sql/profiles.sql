WITH newest_plans AS (
    SELECT *
    FROM plans
    QUALIFY row_number() OVER (PARTITION BY ward_code ORDER BY start_fiscal_year DESC NULLS LAST, plan_id DESC) = 1
),

newest_documents AS (
    SELECT documents.*
    FROM documents
    JOIN newest_plans ON documents.plan_id = newest_plans.plan_id
    QUALIFY
        row_number() OVER (
            PARTITION BY documents.plan_id ORDER BY documents.published_on DESC NULLS LAST, documents.document_id DESC
        ) = 1
),

judgements AS (
    SELECT
        status_counts.ward_code,
        status_counts.plan_id,
        status_counts.fiscal_year,
        CAST(any_value(status_counts.rated_count) AS BIGINT) AS rated_count
    FROM status_counts
    JOIN plans ON status_counts.plan_id = plans.plan_id
    GROUP BY status_counts.ward_code, status_counts.plan_id, status_counts.fiscal_year, plans.start_fiscal_year
    -- Of two plans judged for one year the newer.
    QUALIFY
        row_number() OVER (
            PARTITION BY status_counts.ward_code
            ORDER BY
                status_counts.fiscal_year DESC,
                plans.start_fiscal_year DESC NULLS LAST,
                status_counts.plan_id DESC
        ) = 1
),

reports AS (
    SELECT
        plans.ward_code,
        count(*) AS reported_count,
        min(activities.fiscal_year) AS reported_from,
        max(activities.fiscal_year) AS reported_to
    FROM activities
    JOIN measures USING (measure_id)
    JOIN plans ON measures.plan_id = plans.plan_id
    WHERE activities.kind = 'result' AND measures.repeats_measure_id IS NULL
    GROUP BY plans.ward_code
),

kpi_counts AS (
    SELECT plans.ward_code, count(DISTINCT kpi_values.kpi_id) AS kpi_count
    FROM kpi_values
    JOIN kpis USING (kpi_id)
    JOIN plans ON kpis.plan_id = plans.plan_id
    WHERE kpi_values.value IS NOT NULL
    GROUP BY plans.ward_code
),

indicator_counts AS (
    SELECT
        ward_code,
        count(*) FILTER (WHERE coverage = 'published') AS published_indicator_count,
        count(*) FILTER (WHERE coverage = 'mentioned') AS mentioned_indicator_count,
        count(*) FILTER (WHERE best_comparability IN ('direct', 'convertible')) AS comparable_indicator_count
    FROM coverage
    GROUP BY ward_code
)

SELECT
    wards.ward_code,
    wards.slug,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    newest_plans.plan_id,
    newest_plans.title_ja AS plan_title_ja,
    newest_plans.title_en AS plan_title_en,
    titles.citation_id AS plan_citation_id,
    newest_plans.start_fiscal_year AS first_year,
    newest_plans.end_fiscal_year AS last_year,
    periods.citation_id AS period_citation_id,
    newest_documents.document_id,
    newest_documents.title_ja AS document_title_ja,
    newest_documents.title_en AS document_title_en,
    (SELECT count(*) FROM documents WHERE documents.ward_code = wards.ward_code) AS document_count,
    judgements.fiscal_year AS judged_year,
    years.label_ja AS year_label_ja,
    years.label_en AS year_label_en,
    judged_plans.plan_id = newest_plans.plan_id AS is_newest_plan_judged,
    judged_plans.title_ja AS judged_plan_title_ja,
    judged_plans.title_en AS judged_plan_title_en,
    coalesce(judgements.rated_count, 0) AS rated_count,
    coalesce(reports.reported_count, 0) AS reported_count,
    reports.reported_from,
    reports.reported_to,
    coalesce(kpi_counts.kpi_count, 0) AS kpi_count,
    indicator_counts.published_indicator_count,
    indicator_counts.mentioned_indicator_count,
    indicator_counts.comparable_indicator_count
FROM wards
JOIN newest_plans ON wards.ward_code = newest_plans.ward_code
LEFT JOIN newest_documents ON newest_plans.plan_id = newest_documents.plan_id
LEFT JOIN citations AS titles
    ON newest_plans.title_citation_id = titles.citation_id AND newest_documents.document_id = titles.document_id
LEFT JOIN citations AS periods
    ON newest_plans.period_citation_id = periods.citation_id AND newest_documents.document_id = periods.document_id
JOIN indicator_counts ON wards.ward_code = indicator_counts.ward_code
LEFT JOIN judgements ON wards.ward_code = judgements.ward_code
LEFT JOIN plans AS judged_plans ON judgements.plan_id = judged_plans.plan_id
LEFT JOIN years ON judgements.fiscal_year = years.fiscal_year
LEFT JOIN reports ON wards.ward_code = reports.ward_code
LEFT JOIN kpi_counts ON wards.ward_code = kpi_counts.ward_code
WHERE wards.ward_code IN (SELECT unnest($wards))
ORDER BY wards.ward_code
