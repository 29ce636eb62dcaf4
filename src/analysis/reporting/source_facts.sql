-- What was read from the passages of one source: one row a citation, in the order of the text, the longer first.
-- $document is the document's id, NULL for a statistical table; $file is the name of the file.
WITH
cited AS (
    SELECT * FROM citation_texts WHERE document_id IS NOT DISTINCT FROM $document AND file_name = $file
),

items AS (
    SELECT measure_id, concat_ws(' ', code, title_ja) AS item_ja, title_en AS item_en FROM measures
),

series AS (
    SELECT
        kpi_id,
        name_ja || coalesce(' (' || row_label_ja || ')', '') AS series_ja,
        name_en || coalesce(' (' || row_label_ja || ')', '') AS series_en,
        measure_id, unit_id, nature, target_nature, direction
    FROM kpis
),

feeds AS (
    SELECT
        coalesce(kpi_id, quantity_id, statistic_id) AS source_id,
        list({'ja': name_ja, 'en': name_en, 'comparability': comparability} ORDER BY indicator_id) AS indicators
    FROM indicator_sources
    JOIN indicators USING (indicator_id)
    GROUP BY ALL
),

theme_names AS (
    SELECT
        measure_id,
        string_agg(name_ja, '、' ORDER BY is_primary DESC, theme_id) AS themes_ja,
        string_agg(name_en, '; ' ORDER BY is_primary DESC, theme_id) AS themes_en
    FROM measure_themes
    JOIN themes USING (theme_id)
    GROUP BY ALL
),

facts AS (
    SELECT
        title_citation_id AS citation_id, title_ja AS subject_ja, title_en AS subject_en,
        NULL AS period_ja, NULL AS period_en
    FROM plans
    UNION ALL BY NAME
    SELECT
        plans.period_citation_id AS citation_id,
        plans.title_ja AS subject_ja, plans.title_en AS subject_en,
        first.label_ja || '～' || last.label_ja AS period_ja,
        first.label_en || '–' || last.label_en AS period_en
    FROM plans
    LEFT JOIN years AS first ON plans.start_fiscal_year = first.fiscal_year
    LEFT JOIN years AS last ON plans.end_fiscal_year = last.fiscal_year
    UNION ALL BY NAME
    SELECT
        measures.citation_id,
        concat_ws(' ', measures.code, measures.title_ja) AS subject_ja, measures.title_en AS subject_en,
        measures.level_ja, measures.level,
        parents.item_ja AS parent_ja, parents.item_en AS parent_en,
        repeated.item_ja AS repeats_ja, repeated.item_en AS repeats_en,
        theme_names.themes_ja, theme_names.themes_en,
        measures.novelty, measures.lead_body,
        CASE WHEN measures.is_national_priority THEN 'yes' END AS national_priority,
        measures.mark_ja,
        CAST(measures.page AS VARCHAR) AS page_ja
    FROM measures
    LEFT JOIN items AS parents ON measures.parent_measure_id = parents.measure_id
    LEFT JOIN items AS repeated ON measures.repeats_measure_id = repeated.measure_id
    LEFT JOIN theme_names ON measures.measure_id = theme_names.measure_id
    UNION ALL BY NAME
    SELECT
        activities.citation_id, items.item_ja, items.item_en,
        activities.kind AS activity_kind, activities.header_ja,
        years.label_ja || CASE WHEN activities.is_open_ended THEN '以降' ELSE '' END AS year_ja,
        years.label_en || CASE WHEN activities.is_open_ended THEN ' and later' ELSE '' END AS year_en,
        activities.text_en AS translation_en
    FROM activities
    JOIN items USING (measure_id)
    LEFT JOIN years USING (fiscal_year)
    UNION ALL BY NAME
    SELECT
        statuses.citation_id, items.item_ja, items.item_en,
        statuses.status, years.label_ja AS year_ja, years.label_en AS year_en
    FROM statuses
    JOIN items USING (measure_id)
    LEFT JOIN years USING (fiscal_year)
    UNION ALL BY NAME
    SELECT citation_id, name_ja AS subject_ja, name_en AS subject_en
    FROM departments
    UNION ALL BY NAME
    SELECT
        measure_departments.citation_id,
        departments.name_ja AS subject_ja, departments.name_en AS subject_en,
        items.item_ja, items.item_en
    FROM measure_departments
    JOIN departments USING (department_id)
    JOIN items USING (measure_id)
    UNION ALL BY NAME
    SELECT
        kpis.citation_id, series.series_ja AS subject_ja, series.series_en AS subject_en,
        items.item_ja, items.item_en, feeds.indicators,
        units.label_ja AS unit_ja, units.label_en AS unit_en,
        kpis.nature, kpis.target_nature, kpis.direction, kpis.definition_ja
    FROM kpis
    JOIN series USING (kpi_id)
    LEFT JOIN items ON kpis.measure_id = items.measure_id
    LEFT JOIN units ON kpis.unit_id = units.unit_id
    LEFT JOIN feeds ON kpis.kpi_id = feeds.source_id
    UNION ALL BY NAME
    SELECT
        kpi_values.citation_id, series.series_ja AS subject_ja, series.series_en AS subject_en,
        items.item_ja, items.item_en, feeds.indicators,
        years.label_ja AS year_ja, years.label_en AS year_en, nullif(replace(kpi_values.printed_year_ja, ' ', ''), years.label_ja) AS printed_year_ja,
        kpi_values.value_type, kpi_values.value, kpi_values.denominator, kpi_values.is_approximate,
        units.label_ja AS value_unit_ja, units.label_en AS value_unit_en,
        series.nature, kpi_values.obs_status,
        CASE kpi_values.as_of_precision
            WHEN 'month' THEN strftime(kpi_values.as_of, '%Y-%m')
            ELSE strftime(kpi_values.as_of, '%Y-%m-%d')
        END AS as_of_ja,
        kpi_values.note_ja
    FROM kpi_values
    JOIN series USING (kpi_id)
    LEFT JOIN years USING (fiscal_year)
    LEFT JOIN items ON series.measure_id = items.measure_id
    LEFT JOIN units ON series.unit_id = units.unit_id
    LEFT JOIN feeds ON kpi_values.kpi_id = feeds.source_id
    UNION ALL BY NAME
    SELECT
        kpi_statuses.citation_id, series.series_ja AS subject_ja, series.series_en AS subject_en,
        items.item_ja, items.item_en,
        kpi_statuses.status, years.label_ja AS year_ja, years.label_en AS year_en,
        nullif(replace(kpi_statuses.printed_year_ja, ' ', ''), years.label_ja) AS printed_year_ja
    FROM kpi_statuses
    JOIN series USING (kpi_id)
    LEFT JOIN years USING (fiscal_year)
    LEFT JOIN items ON series.measure_id = items.measure_id
    UNION ALL BY NAME
    SELECT
        quantities.citation_id, quantities.subject_ja, quantities.subject_en,
        items.item_ja, items.item_en, feeds.indicators,
        years.label_ja AS year_ja, years.label_en AS year_en,
        quantities.value, quantities.is_approximate, quantities.bound,
        units.label_ja AS value_unit_ja, units.label_en AS value_unit_en,
        quantities.nature, nullif(quantities.scope, 'ward') AS scope,
        CASE WHEN quantities.is_approximate THEN 'E' ELSE 'A' END AS obs_status
    FROM quantities
    LEFT JOIN years USING (fiscal_year)
    LEFT JOIN items ON quantities.measure_id = items.measure_id
    LEFT JOIN units ON quantities.unit_id = units.unit_id
    LEFT JOIN feeds ON quantities.quantity_id = feeds.source_id
    UNION ALL BY NAME
    SELECT citation_id, term_ja AS subject_ja, definition_ja
    FROM glossary_terms
    UNION ALL BY NAME
    SELECT
        events.citation_id, events.kind AS event_kind,
        first.label_ja || coalesce('～' || last.label_ja, '') AS year_ja,
        first.label_en || coalesce('–' || last.label_en, '') AS year_en
    FROM events
    LEFT JOIN years AS first ON events.fiscal_year = first.fiscal_year
    LEFT JOIN years AS last ON events.end_fiscal_year = last.fiscal_year
    UNION ALL BY NAME
    SELECT
        citation_id, subject_ja, subject_en, stated, extracted, difference,
        explanation_ja, explanation_en
    FROM reconciliations
    UNION ALL BY NAME
    SELECT
        citation_id, table_name, row_id, column_name, printed, curated,
        reason_ja, reason_en
    FROM corrections
    UNION ALL BY NAME
    SELECT passages.citation_id, items.item_ja, items.item_en, passages.header_ja
    FROM passages
    LEFT JOIN items USING (measure_id)
    UNION ALL BY NAME
    SELECT
        statistic_values.citation_id,
        any_value(wards.name_ja) AS subject_ja, any_value(wards.name_en) AS subject_en,
        strftime(any_value(statistic_values.as_of), '%Y-%m-%d') AS as_of_ja,
        any_value(format('{:,}人 ({})', mynumber_cards.population, mynumber_cards.population_as_of)) AS population_ja,
        any_value(format('{:,} ({})', mynumber_cards.population, mynumber_cards.population_as_of)) AS population_en,
        list(
            {
                'ja': statistics.name_ja, 'en': statistics.name_en,
                'value': statistic_values.value, 'unit_ja': units.label_ja, 'unit_en': units.label_en
            }
            ORDER BY statistics.statistic_id
        ) AS figures,
        flatten(list(feeds.indicators ORDER BY statistics.statistic_id) FILTER (feeds.indicators IS NOT NULL))
            AS indicators
    FROM statistic_values
    JOIN statistics USING (statistic_id)
    JOIN wards USING (ward_code)
    LEFT JOIN units ON statistics.unit_id = units.unit_id
    LEFT JOIN feeds ON statistics.statistic_id = feeds.source_id
    LEFT JOIN mynumber_cards ON statistic_values.citation_id = mynumber_cards.citation_id
    GROUP BY statistic_values.citation_id
)

SELECT cited.*, facts.* EXCLUDE (citation_id)
FROM cited
LEFT JOIN facts ON cited.citation_id = facts.citation_id
ORDER BY cited.char_start, cited.char_end DESC, cited.citation_id
