-- What the rows of `wanted` (table_name, row_id) are about, in the build in use: subject_ja and subject_en tell a row
-- from others of its table; content is what it says, as printed where it is printed; the unit is that of its figures.
WITH
items AS (
    SELECT
        measure_id,
        concat_ws(' ', code, title_ja) AS item_ja,
        concat_ws(' ', code, coalesce(title_en, title_ja)) AS item_en
    FROM measures
),

series AS (
    SELECT
        kpi_id,
        name_ja || coalesce(' (' || row_label_ja || ')', '') AS series_ja,
        coalesce(name_en, name_ja) || coalesce(' (' || row_label_ja || ')', '') AS series_en,
        unit_id
    FROM kpis
),

kinds (kind, kind_ja, kind_en) AS (
    VALUES
    ('baseline', '計画策定時', 'baseline'),
    ('target', '目標', 'target'),
    ('actual', '実績', 'result'),
    ('result', '実績', 'result'),
    ('plan', '予定', 'plan'),
    ('schedule', '年次計画', 'schedule'),
    ('effect', 'ねらい・効果', 'effect aimed at'),
    ('goal', '成果目標', 'goal')
),

subjects AS (
    SELECT wanted.*, name_ja AS subject_ja, name_en AS subject_en, name_ja AS content
    FROM wanted
    JOIN wards ON wanted.table_name = 'wards' AND wanted.row_id = wards.ward_code
    UNION ALL BY NAME
    SELECT
        wanted.*,
        concat_ws(' ', wards.name_ja, year || '年1月1日の人口') AS subject_ja,
        concat_ws(' ', wards.name_en, 'residents, 1 January ' || year) AS subject_en,
        CAST(population AS VARCHAR) AS content
    FROM wanted
    JOIN ward_populations
        ON wanted.table_name = 'ward_populations'
        AND wanted.row_id = concat_ws('|', ward_populations.ward_code, ward_populations.year)
    JOIN wards USING (ward_code)
    UNION ALL BY NAME
    SELECT wanted.*, label_ja AS subject_ja, label_en AS subject_en
    FROM wanted
    JOIN years ON wanted.table_name = 'years' AND wanted.row_id = CAST(years.fiscal_year AS VARCHAR)
    UNION ALL BY NAME
    SELECT wanted.*, label_ja AS subject_ja, label_en AS subject_en
    FROM wanted
    JOIN units ON wanted.table_name = 'units' AND wanted.row_id = units.unit_id
    UNION ALL BY NAME
    SELECT wanted.*, name_ja AS subject_ja, name_en AS subject_en
    FROM wanted
    JOIN statistics ON wanted.table_name = 'statistics' AND wanted.row_id = statistics.statistic_id
    UNION ALL BY NAME
    SELECT
        wanted.*,
        concat_ws(' ', wards.name_ja, as_of) AS subject_ja, concat_ws(' ', wards.name_en, as_of) AS subject_en,
        format('{}枚、{}%', cards_issued, issuance_rate_percent) AS content
    FROM wanted
    JOIN mynumber_cards
        ON wanted.table_name = 'mynumber_cards'
        AND wanted.row_id = concat_ws('|', mynumber_cards.ward_code, mynumber_cards.as_of)
    JOIN wards USING (ward_code)
    UNION ALL BY NAME
    SELECT wanted.*, title_ja AS subject_ja, title_en AS subject_en
    FROM wanted
    JOIN plans ON wanted.table_name = 'plans' AND wanted.row_id = plans.plan_id
    UNION ALL BY NAME
    SELECT wanted.*, title_ja AS subject_ja, title_en AS subject_en
    FROM wanted
    JOIN documents ON wanted.table_name = 'documents' AND wanted.row_id = documents.document_id
    UNION ALL BY NAME
    SELECT wanted.*, name_ja AS subject_ja, name_en AS subject_en
    FROM wanted
    JOIN departments ON wanted.table_name = 'departments' AND wanted.row_id = departments.department_id
    UNION ALL BY NAME
    SELECT
        wanted.*,
        term_ja AS subject_ja, term_ja AS subject_en, definition_ja AS content
    FROM wanted
    JOIN glossary_terms ON wanted.table_name = 'glossary_terms' AND wanted.row_id = glossary_terms.term_id
    UNION ALL BY NAME
    SELECT wanted.*, item_ja AS subject_ja, item_en AS subject_en
    FROM wanted
    JOIN items ON wanted.table_name = 'measures' AND wanted.row_id = items.measure_id
    UNION ALL BY NAME
    SELECT
        wanted.*,
        concat_ws(' ', item_ja, years.label_ja || CASE WHEN is_open_ended THEN '以降' ELSE '' END, kind_ja)
            AS subject_ja,
        concat_ws(' ', item_en, years.label_en || CASE WHEN is_open_ended THEN ' and later' ELSE '' END, kind_en)
            AS subject_en,
        text_ja AS content
    FROM wanted
    JOIN activities ON wanted.table_name = 'activities' AND wanted.row_id = activities.activity_id
    JOIN items USING (measure_id)
    LEFT JOIN years USING (fiscal_year)
    LEFT JOIN kinds ON CAST(activities.kind AS VARCHAR) = kinds.kind
    UNION ALL BY NAME
    SELECT
        wanted.*,
        concat_ws(' ', item_ja, years.label_ja) AS subject_ja, concat_ws(' ', item_en, years.label_en) AS subject_en,
        statuses.label_ja AS content
    FROM wanted
    JOIN statuses
        ON wanted.table_name = 'statuses'
        AND wanted.row_id = concat_ws('|', statuses.measure_id, statuses.fiscal_year)
    JOIN items USING (measure_id)
    JOIN years USING (fiscal_year)
    UNION ALL BY NAME
    SELECT
        wanted.*,
        item_ja AS subject_ja, item_en AS subject_en, departments.name_ja AS content
    FROM wanted
    JOIN measure_departments
        ON wanted.table_name = 'measure_departments'
        AND wanted.row_id = concat_ws('|', measure_departments.measure_id, measure_departments.department_id)
    JOIN items USING (measure_id)
    JOIN departments USING (department_id)
    UNION ALL BY NAME
    SELECT wanted.*, series_ja AS subject_ja, series_en AS subject_en
    FROM wanted
    JOIN series ON wanted.table_name = 'kpis' AND wanted.row_id = series.kpi_id
    UNION ALL BY NAME
    SELECT
        wanted.*,
        concat_ws(' ', series_ja, years.label_ja, kind_ja) AS subject_ja,
        concat_ws(' ', series_en, years.label_en, kind_en) AS subject_en,
        raw_text AS content, unit_id
    FROM wanted
    JOIN kpi_values
        ON wanted.table_name = 'kpi_values'
        AND wanted.row_id
            = concat_ws('|', kpi_values.kpi_id, fiscal_year, kpi_values.value_type, kpi_values.document_id)
    JOIN series USING (kpi_id)
    JOIN years USING (fiscal_year)
    JOIN kinds ON CAST(value_type AS VARCHAR) = kinds.kind
    UNION ALL BY NAME
    SELECT
        wanted.*,
        concat_ws(' ', series_ja, years.label_ja) AS subject_ja,
        concat_ws(' ', series_en, years.label_en) AS subject_en,
        kpi_statuses.label_ja AS content
    FROM wanted
    JOIN kpi_statuses
        ON wanted.table_name = 'kpi_statuses'
        AND wanted.row_id
            = concat_ws('|', kpi_statuses.kpi_id, kpi_statuses.fiscal_year, kpi_statuses.document_id)
    JOIN series USING (kpi_id)
    JOIN years USING (fiscal_year)
    UNION ALL BY NAME
    SELECT
        wanted.*,
        concat_ws(' ', subject_ja, years.label_ja) AS subject_ja,
        concat_ws(' ', coalesce(subject_en, subject_ja), years.label_en) AS subject_en,
        regexp_replace(CAST(value AS VARCHAR), '[.]0$', '') AS content, unit_id
    FROM wanted
    JOIN quantities ON wanted.table_name = 'quantities' AND wanted.row_id = quantities.quantity_id
    LEFT JOIN years USING (fiscal_year)
    UNION ALL BY NAME
    SELECT
        wanted.*, years.label_ja AS subject_ja, years.label_en AS subject_en,
        text_ja AS content
    FROM wanted
    JOIN events ON wanted.table_name = 'events' AND wanted.row_id = events.event_id
    JOIN years USING (fiscal_year)
    UNION ALL BY NAME
    SELECT wanted.*, name_ja AS subject_ja, name_en AS subject_en
    FROM wanted
    JOIN themes ON wanted.table_name = 'themes' AND wanted.row_id = themes.theme_id
    UNION ALL BY NAME
    SELECT
        wanted.*,
        concat_ws(': ', item_ja, themes.name_ja) AS subject_ja, concat_ws(': ', item_en, themes.name_en) AS subject_en,
        evidence AS content
    FROM wanted
    JOIN measure_themes
        ON wanted.table_name = 'measure_themes'
        AND wanted.row_id = concat_ws('|', measure_themes.measure_id, measure_themes.theme_id)
    JOIN items USING (measure_id)
    JOIN themes USING (theme_id)
    UNION ALL BY NAME
    SELECT
        wanted.*,
        name_ja AS subject_ja, name_en AS subject_en
    FROM wanted
    JOIN status_groups ON wanted.table_name = 'status_groups' AND wanted.row_id = CAST(status_groups.status AS VARCHAR)
    UNION ALL BY NAME
    SELECT wanted.*, name_ja AS subject_ja, name_en AS subject_en
    FROM wanted
    JOIN indicators ON wanted.table_name = 'indicators' AND wanted.row_id = indicators.indicator_id
    UNION ALL BY NAME
    SELECT
        wanted.*,
        name_ja AS subject_ja, name_en AS subject_en, term_ja AS content
    FROM wanted
    JOIN indicator_terms
        ON wanted.table_name = 'indicator_terms'
        AND wanted.row_id = concat_ws('|', indicator_terms.indicator_id, indicator_terms.term_ja)
    JOIN indicators USING (indicator_id)
    UNION ALL BY NAME
    SELECT
        wanted.*,
        concat_ws(': ', indicators.name_ja, coalesce(series_ja, quantities.subject_ja, statistics.name_ja))
            AS subject_ja,
        concat_ws(': ', indicators.name_en, coalesce(series_en, quantities.subject_en, statistics.name_en))
            AS subject_en,
        rationale_ja AS content
    FROM wanted
    JOIN indicator_sources
        ON wanted.table_name = 'indicator_sources'
        AND wanted.row_id = indicator_sources.indicator_source_id
    JOIN indicators USING (indicator_id)
    LEFT JOIN series USING (kpi_id)
    LEFT JOIN quantities USING (quantity_id)
    LEFT JOIN statistics USING (statistic_id)
    UNION ALL BY NAME
    SELECT
        wanted.*,
        concat_ws(' ', title_ja, use) AS subject_ja, concat_ws(' ', coalesce(title_en, title_ja), use) AS subject_en,
        CAST(line_uses.line_count AS VARCHAR) AS content
    FROM wanted
    JOIN line_uses
        ON wanted.table_name = 'line_uses'
        AND wanted.row_id = concat_ws('|', line_uses.document_id, line_uses.use)
    JOIN documents USING (document_id)
    UNION ALL BY NAME
    SELECT
        wanted.*, subject_ja, subject_en,
        regexp_replace(CAST(stated AS VARCHAR), '[.]0$', '') AS content
    FROM wanted
    JOIN reconciliations ON wanted.table_name = 'reconciliations' AND wanted.row_id = reconciliations.reconciliation_id
    UNION ALL BY NAME
    SELECT
        wanted.*,
        concat_ws(' ', corrections.table_name || '.' || column_name, corrections.row_id) AS subject_ja,
        coalesce(printed, '—') || ' → ' || coalesce(curated, '—') AS content
    FROM wanted
    JOIN corrections ON wanted.table_name = 'corrections' AND wanted.row_id = corrections.correction_id
    UNION ALL BY NAME
    SELECT
        wanted.*, item_ja AS subject_ja, item_en AS subject_en, text_ja AS content
    FROM wanted
    JOIN passages ON wanted.table_name = 'passages' AND wanted.row_id = passages.passage_id
    LEFT JOIN items USING (measure_id)
)

SELECT
    table_name,
    row_id,
    coalesce(subject_ja, row_id) AS subject_ja,
    coalesce(subject_en, subject_ja, row_id) AS subject_en,
    content,
    units.label_ja AS unit_ja,
    units.label_en AS unit_en
FROM subjects
LEFT JOIN units USING (unit_id)
