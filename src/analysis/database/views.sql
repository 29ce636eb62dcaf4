-- Views for people who write SQL. They read tables only through the names in schema.sql.

CREATE VIEW observations AS
SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    plans.plan_id,
    plans.title_ja AS plan_title_ja,
    kpis.measure_id,
    measures.title_ja AS measure_title_ja,
    kpis.kpi_id,
    CAST(NULL AS VARCHAR) AS quantity_id,
    kpis.name_ja,
    kpis.name_en,
    kpis.row_label_ja,
    kpi_values.fiscal_year,
    kpi_values.as_of,
    kpi_values.value_type,
    kpi_values.value,
    kpi_values.denominator,
    kpis.unit_id,
    units.label_ja AS unit_ja,
    units.label_en AS unit_en,
    kpis.nature,
    CAST('ward' AS quantity_scope) AS scope,
    kpi_values.is_approximate,
    kpi_values.obs_status,
    kpi_values.raw_text,
    citations.quote,
    citations.document_id,
    citations.line_start AS line,
    citations.citation_id
FROM kpi_values
JOIN kpis USING (kpi_id)
JOIN plans ON kpis.plan_id = plans.plan_id
JOIN wards ON plans.ward_code = wards.ward_code
JOIN citations ON kpi_values.citation_id = citations.citation_id
LEFT JOIN measures ON kpis.measure_id = measures.measure_id
LEFT JOIN units ON kpis.unit_id = units.unit_id
UNION ALL
SELECT
    wards.ward_code,
    wards.name_ja,
    wards.name_en,
    plans.plan_id,
    plans.title_ja,
    quantities.measure_id,
    measures.title_ja,
    NULL,
    quantities.quantity_id,
    quantities.subject_ja,
    quantities.subject_en,
    NULL,
    quantities.fiscal_year,
    NULL,
    NULL,
    quantities.value,
    NULL,
    quantities.unit_id,
    units.label_ja,
    units.label_en,
    quantities.nature,
    quantities.scope,
    quantities.is_approximate,
    CASE WHEN quantities.is_approximate THEN 'E' ELSE 'A' END,
    NULL,
    citations.quote,
    citations.document_id,
    citations.line_start,
    citations.citation_id
FROM quantities
JOIN citations ON quantities.citation_id = citations.citation_id
JOIN documents ON citations.document_id = documents.document_id
JOIN plans ON documents.plan_id = plans.plan_id
JOIN wards ON documents.ward_code = wards.ward_code
LEFT JOIN measures ON quantities.measure_id = measures.measure_id
LEFT JOIN units ON quantities.unit_id = units.unit_id;

COMMENT ON VIEW observations IS 'One row a printed figure: every value of a KPI and every quantity of the text, with where it is printed.';
COMMENT ON COLUMN observations.ward_code IS 'The ward whose document prints it; wards.ward_code.';
COMMENT ON COLUMN observations.ward_name_ja IS 'Name of the ward in Japanese.';
COMMENT ON COLUMN observations.ward_name_en IS 'Name of the ward in English.';
COMMENT ON COLUMN observations.plan_id IS 'The plan; plans.plan_id.';
COMMENT ON COLUMN observations.plan_title_ja IS 'Title of the plan in Japanese.';
COMMENT ON COLUMN observations.measure_id IS 'The measure or goal it belongs to; measures.measure_id. NULL: none, or not known.';
COMMENT ON COLUMN observations.measure_title_ja IS 'Title of that measure in Japanese. NULL: none, or not known.';
COMMENT ON COLUMN observations.kpi_id IS 'The series; kpis.kpi_id. NULL: a quantity.';
COMMENT ON COLUMN observations.quantity_id IS 'The quantity; quantities.quantity_id. NULL: a value of a KPI.';
COMMENT ON COLUMN observations.name_ja IS 'Name of the KPI or subject of the quantity, in Japanese.';
COMMENT ON COLUMN observations.name_en IS 'Name of the KPI or subject of the quantity, in English. NULL: not translated.';
COMMENT ON COLUMN observations.row_label_ja IS 'Row of a stacked cell (上段 or 下段) or label of a value (小, 中). NULL: the name has one series, or a quantity.';
COMMENT ON COLUMN observations.fiscal_year IS 'The year it is for; years.fiscal_year. NULL: a quantity printed without a year.';
COMMENT ON COLUMN observations.as_of IS 'The date the figure is as of; kpi_values.as_of. NULL: no date is printed with it, or a quantity.';
COMMENT ON COLUMN observations.value_type IS 'baseline, target or actual. NULL: a quantity.';
COMMENT ON COLUMN observations.value IS 'The figure; the numerator of a fraction. Unit: that of unit_id. NULL: missing or illegible, see obs_status.';
COMMENT ON COLUMN observations.denominator IS 'Printed denominator of a fraction. Unit: that of unit_id. NULL: not a fraction.';
COMMENT ON COLUMN observations.unit_id IS 'Its unit; units.unit_id. NULL: no unit is printed.';
COMMENT ON COLUMN observations.unit_ja IS 'Label of the unit in Japanese. NULL: no unit is printed.';
COMMENT ON COLUMN observations.unit_en IS 'Label of the unit in English. NULL: no unit is printed.';
COMMENT ON COLUMN observations.nature IS 'stock, flow, cumulative, increment or ratio. NULL: the document leaves it open.';
COMMENT ON COLUMN observations.scope IS 'Whom it is about: ward, tokyo or nation; always ward for a KPI.';
COMMENT ON COLUMN observations.is_approximate IS 'True where the print says about (約).';
COMMENT ON COLUMN observations.obs_status IS 'Observation status, SDMX CL_OBS_STATUS 2.2, as in kpi_values.obs_status; for a quantity E where approximate, else A.';
COMMENT ON COLUMN observations.raw_text IS 'The cell as printed, in Japanese. NULL: a quantity, see quote.';
COMMENT ON COLUMN observations.quote IS 'The cited passage, in Japanese; citations.quote.';
COMMENT ON COLUMN observations.document_id IS 'The document that prints it; documents.document_id.';
COMMENT ON COLUMN observations.line IS 'Line of the document on which the passage begins, counted from 1.';
COMMENT ON COLUMN observations.citation_id IS 'Where it is printed; citations.citation_id.';


CREATE VIEW statistic_values AS
SELECT
    CAST('mynumber_cards_issued' AS VARCHAR) AS statistic_id,
    ward_code,
    as_of,
    CAST(year(as_of) - CASE WHEN month(as_of) < 4 THEN 1 ELSE 0 END AS INTEGER) AS fiscal_year,
    CAST(cards_issued AS DOUBLE) AS value,
    citation_id
FROM mynumber_cards
UNION ALL
SELECT
    'mynumber_cards_rate',
    ward_code,
    as_of,
    year(as_of) - CASE WHEN month(as_of) < 4 THEN 1 ELSE 0 END,
    issuance_rate_percent,
    citation_id
FROM mynumber_cards;

COMMENT ON VIEW statistic_values IS 'The series of statistics, one row a series, ward and date.';
COMMENT ON COLUMN statistic_values.statistic_id IS 'The series; statistics.statistic_id.';
COMMENT ON COLUMN statistic_values.ward_code IS 'The ward; wards.ward_code.';
COMMENT ON COLUMN statistic_values.as_of IS 'Date of the figure.';
COMMENT ON COLUMN statistic_values.fiscal_year IS 'The fiscal year that date lies in.';
COMMENT ON COLUMN statistic_values.value IS 'The figure as published, in the unit of the series.';
COMMENT ON COLUMN statistic_values.citation_id IS 'The row of the table it was read from; statistic_citations.citation_id.';


CREATE VIEW citation_texts AS
SELECT
    citations.citation_id,
    documents.document_id,
    wards.ward_code,
    wards.name_ja AS publisher_ja,
    wards.name_en AS publisher_en,
    documents.title_ja,
    documents.title_en,
    documents.published_ja,
    documents.file_name,
    documents.sha256,
    citations.line_start,
    citations.line_end,
    citations.char_start,
    citations.char_end,
    citations.quote,
    citations.page,
    citations.sheet_ja,
    documents.original_file_name,
    documents.original_sha256
FROM citations
JOIN documents USING (document_id)
JOIN wards USING (ward_code)
UNION ALL
SELECT
    statistic_citations.citation_id,
    NULL,
    mynumber_cards.ward_code,
    NULL,
    NULL,
    files.source_ja,
    files.source_en,
    NULL,
    statistic_citations.file_name,
    files.sha256,
    statistic_citations.line_start,
    statistic_citations.line_end,
    statistic_citations.char_start,
    statistic_citations.char_end,
    statistic_citations.quote,
    NULL,
    NULL,
    NULL,
    NULL
FROM statistic_citations
JOIN (SELECT DISTINCT file_name, source_ja, source_en, sha256 FROM statistics) AS files USING (file_name)
LEFT JOIN mynumber_cards USING (citation_id);

COMMENT ON VIEW citation_texts IS 'Every citation, of documents and of statistics, with what is needed to quote it in public.';
COMMENT ON COLUMN citation_texts.citation_id IS 'The citation; citations.citation_id or statistic_citations.citation_id.';
COMMENT ON COLUMN citation_texts.document_id IS 'The document; documents.document_id. NULL: a statistic.';
COMMENT ON COLUMN citation_texts.ward_code IS 'The ward that published the document, or that the row of a statistic is about; wards.ward_code. NULL: a row of a statistic about no single ward.';
COMMENT ON COLUMN citation_texts.publisher_ja IS 'The ward that published the document, in Japanese. NULL: a statistic, whose title names the publisher.';
COMMENT ON COLUMN citation_texts.publisher_en IS 'The ward that published the document, in English. NULL: a statistic, whose title names the publisher.';
COMMENT ON COLUMN citation_texts.title_ja IS 'Title of the document or statistic in Japanese.';
COMMENT ON COLUMN citation_texts.title_en IS 'Title of the document or statistic in English. NULL: not translated.';
COMMENT ON COLUMN citation_texts.published_ja IS 'Date of publication as printed, in Japanese. NULL: none is printed.';
COMMENT ON COLUMN citation_texts.file_name IS 'File of the raw text in data/raw, or of the table in data/reference.';
COMMENT ON COLUMN citation_texts.sha256 IS 'SHA-256 of the bytes of that file.';
COMMENT ON COLUMN citation_texts.line_start IS 'First line of the passage, counted from 1.';
COMMENT ON COLUMN citation_texts.line_end IS 'Last line of the passage, counted from 1, inclusive.';
COMMENT ON COLUMN citation_texts.char_start IS 'Offset of the first character, in Unicode code points from 0.';
COMMENT ON COLUMN citation_texts.char_end IS 'Offset behind the last character, in Unicode code points.';
COMMENT ON COLUMN citation_texts.quote IS 'The passage itself, in Japanese.';
COMMENT ON COLUMN citation_texts.page IS 'Page of the original file on which the passage stands; citations.page. NULL: no page is known.';
COMMENT ON COLUMN citation_texts.sheet_ja IS 'Sheet of the original workbook on which the passage stands; citations.sheet_ja. NULL: the original is no workbook.';
COMMENT ON COLUMN citation_texts.original_file_name IS 'File that the raw text was imported from; documents.original_file_name. NULL: the text is what was received, or it is a statistic.';
COMMENT ON COLUMN citation_texts.original_sha256 IS 'SHA-256 of the bytes of that file. NULL: the text is what was received, or it is a statistic.';


CREATE VIEW comparisons AS
WITH
-- One figure a ward and fiscal year: the last count inside the year.
statistics_by_year AS (
    SELECT *
    FROM statistic_values
    QUALIFY row_number() OVER (PARTITION BY statistic_id, ward_code, fiscal_year ORDER BY as_of DESC) = 1
),

figures AS (
    SELECT
        indicator_sources.indicator_source_id,
        coalesce(observations.kpi_id, observations.quantity_id) AS series_id,
        observations.ward_code,
        observations.name_ja,
        observations.name_en,
        observations.row_label_ja,
        observations.fiscal_year,
        observations.as_of,
        observations.value_type,
        observations.value,
        observations.denominator,
        observations.unit_id,
        observations.nature,
        observations.is_approximate,
        observations.obs_status,
        observations.raw_text,
        observations.quote,
        observations.document_id,
        observations.line,
        observations.citation_id
    FROM indicator_sources
    -- Exactly one of the two is set in either table.
    JOIN observations
        ON
            indicator_sources.kpi_id IS NOT DISTINCT FROM observations.kpi_id
            AND indicator_sources.quantity_id IS NOT DISTINCT FROM observations.quantity_id
    WHERE observations.scope = 'ward'
    UNION ALL
    SELECT
        indicator_sources.indicator_source_id,
        statistics.statistic_id || ':' || statistics_by_year.ward_code,
        statistics_by_year.ward_code,
        statistics.name_ja,
        statistics.name_en,
        NULL,
        statistics_by_year.fiscal_year,
        statistics_by_year.as_of,
        CAST('actual' AS value_type),
        statistics_by_year.value,
        NULL,
        statistics.unit_id,
        statistics.nature,
        false,
        'A',
        NULL,
        statistic_citations.quote,
        NULL,
        statistic_citations.line_start,
        statistic_citations.citation_id
    FROM indicator_sources
    JOIN statistics USING (statistic_id)
    JOIN statistics_by_year USING (statistic_id)
    JOIN statistic_citations USING (citation_id)
),

levels AS (
    SELECT indicator_sources.indicator_id, figures.ward_code, figures.fiscal_year, any_value(figures.value) AS value
    FROM figures
    JOIN indicator_sources USING (indicator_source_id)
    JOIN indicators USING (indicator_id)
    WHERE
        indicator_sources.comparability = 'direct'
        AND figures.unit_id = indicators.unit_id
        AND coalesce(figures.nature = indicators.nature, true)
        AND figures.denominator IS NULL
        AND figures.obs_status <> 'B'
        AND figures.value_type IS DISTINCT FROM 'target'
    GROUP BY ALL
    -- Two documents that differ give no base to add to.
    HAVING count(DISTINCT figures.value) = 1
)

SELECT
    indicators.indicator_id,
    indicators.name_ja AS indicator_name_ja,
    indicators.name_en AS indicator_name_en,
    figures.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    figures.series_id,
    indicator_sources.kpi_id,
    indicator_sources.quantity_id,
    indicator_sources.statistic_id,
    figures.name_ja,
    figures.name_en,
    figures.row_label_ja,
    figures.fiscal_year,
    figures.as_of,
    figures.value_type,
    figures.value,
    figures.denominator,
    figures.unit_id,
    units.label_ja AS unit_ja,
    units.label_en AS unit_en,
    figures.nature,
    indicators.nature AS indicator_nature,
    indicators.direction,
    indicator_sources.comparability,
    indicator_sources.transformation,
    CASE
        WHEN figures.obs_status = 'B' OR figures.denominator IS NOT NULL THEN NULL
        WHEN figures.unit_id IS DISTINCT FROM indicators.unit_id THEN NULL
        -- A nature that the document leaves open does not contradict the verdict; another one does.
        WHEN indicator_sources.comparability = 'direct' AND coalesce(figures.nature = indicators.nature, true)
            THEN figures.value
        WHEN indicator_sources.transformation = 'increment_to_level' AND coalesce(figures.nature = 'increment', true)
            THEN figures.value + levels.value
    END AS indicator_value,
    figures.is_approximate,
    figures.obs_status,
    CASE
        WHEN figures.nature = 'ratio' OR indicators.nature = 'ratio' OR units.dimension = 'share' THEN NULL
        WHEN figures.denominator IS NOT NULL THEN NULL
        ELSE figures.value * 1000.0 / ward_populations.population
    END AS value_per_1000_residents,
    ward_populations.population,
    ward_populations.year AS population_year,
    figures.raw_text,
    figures.quote,
    figures.document_id,
    figures.line,
    figures.citation_id
FROM figures
JOIN indicator_sources USING (indicator_source_id)
JOIN indicators USING (indicator_id)
JOIN wards ON figures.ward_code = wards.ward_code
LEFT JOIN units ON figures.unit_id = units.unit_id
LEFT JOIN levels
    ON
        indicator_sources.indicator_id = levels.indicator_id
        AND figures.ward_code = levels.ward_code
        AND figures.fiscal_year - 1 = levels.fiscal_year
ASOF LEFT JOIN ward_populations
    ON
        figures.ward_code = ward_populations.ward_code
        -- The 1 January inside the fiscal year, or else the nearest before it.
        AND figures.fiscal_year + 1 >= ward_populations.year;

COMMENT ON VIEW comparisons IS 'The harmonised long table: every figure that feeds an indicator, as printed, with how far it may be compared. Compare wards by indicator_value only; a later report may restate a figure, then there is a row for each document.';
COMMENT ON COLUMN comparisons.indicator_id IS 'The indicator; indicators.indicator_id.';
COMMENT ON COLUMN comparisons.indicator_name_ja IS 'Name of the indicator in Japanese.';
COMMENT ON COLUMN comparisons.indicator_name_en IS 'Name of the indicator in English.';
COMMENT ON COLUMN comparisons.ward_code IS 'The ward; wards.ward_code.';
COMMENT ON COLUMN comparisons.ward_name_ja IS 'Name of the ward in Japanese.';
COMMENT ON COLUMN comparisons.ward_name_en IS 'Name of the ward in English.';
COMMENT ON COLUMN comparisons.series_id IS 'What belongs to one series: the id of the KPI, of the quantity, or <statistic_id>:<ward_code>.';
COMMENT ON COLUMN comparisons.kpi_id IS 'The series; kpis.kpi_id. NULL: a quantity or a statistic.';
COMMENT ON COLUMN comparisons.quantity_id IS 'The quantity; quantities.quantity_id. NULL: a value of a KPI or of a statistic.';
COMMENT ON COLUMN comparisons.statistic_id IS 'The national statistic; statistics.statistic_id. NULL: printed by the ward.';
COMMENT ON COLUMN comparisons.name_ja IS 'Name of the KPI or statistic or subject of the quantity, in Japanese.';
COMMENT ON COLUMN comparisons.name_en IS 'Name of the KPI or statistic or subject of the quantity, in English. NULL: not translated.';
COMMENT ON COLUMN comparisons.row_label_ja IS 'Row of a stacked cell (上段 or 下段) or label of a value (小, 中). NULL: the name has one series.';
COMMENT ON COLUMN comparisons.fiscal_year IS 'The year it is for; years.fiscal_year. NULL: a quantity printed without a year.';
COMMENT ON COLUMN comparisons.as_of IS 'The date it is as of; of a statistic the last count inside the fiscal year. NULL: no date is printed.';
COMMENT ON COLUMN comparisons.value_type IS 'baseline, target or actual. NULL: a quantity, which may be planned or done: see quote.';
COMMENT ON COLUMN comparisons.value IS 'The figure as printed; transformation has not been applied. Unit: that of unit_id. NULL: missing or illegible, see obs_status.';
COMMENT ON COLUMN comparisons.denominator IS 'Printed denominator of a fraction. Unit: that of unit_id. NULL: not a fraction.';
COMMENT ON COLUMN comparisons.unit_id IS 'Unit of the printed figure; units.unit_id. NULL: no unit is printed.';
COMMENT ON COLUMN comparisons.unit_ja IS 'Label of the unit in Japanese. NULL: no unit is printed.';
COMMENT ON COLUMN comparisons.unit_en IS 'Label of the unit in English. NULL: no unit is printed.';
COMMENT ON COLUMN comparisons.nature IS 'Nature of the printed series: stock, flow, cumulative, increment or ratio. NULL: the document leaves it open.';
COMMENT ON COLUMN comparisons.indicator_nature IS 'Nature of the indicator: stock, flow, cumulative, increment or ratio. NULL: not settled.';
COMMENT ON COLUMN comparisons.direction IS 'Which way is better for the indicator: higher or lower. NULL: neither.';
COMMENT ON COLUMN comparisons.comparability IS 'direct, convertible or related, as in indicator_sources.comparability.';
COMMENT ON COLUMN comparisons.transformation IS 'What makes a convertible value comparable, as in indicator_sources.transformation. NULL: nothing is needed, or nothing would help.';
COMMENT ON COLUMN comparisons.indicator_value IS 'The value in the terms of the indicator, the only one to compare between wards: as printed where comparability is direct, converted where it is convertible. Unit: that of the indicator, indicators.unit_id. NULL: only related, in another unit, of another nature, at a break in the series, a fraction, or there is no base to convert from.';
COMMENT ON COLUMN comparisons.is_approximate IS 'True where the print says about (約).';
COMMENT ON COLUMN comparisons.obs_status IS 'Observation status, SDMX CL_OBS_STATUS 2.2, as in observations.obs_status.';
COMMENT ON COLUMN comparisons.value_per_1000_residents IS 'value per 1,000 residents of the population in population. Unit: that of unit_id, per 1,000 residents. NULL: no population or value, or the figure is a ratio, a share or a fraction.';
COMMENT ON COLUMN comparisons.population IS 'Residents of the ward on the 1 January inside the fiscal year, or else the nearest before it. NULL: no such count, or no fiscal year.';
COMMENT ON COLUMN comparisons.population_year IS 'Calendar year of that count. NULL: as population.';
COMMENT ON COLUMN comparisons.raw_text IS 'The cell as printed, in Japanese. NULL: a quantity or a statistic, see quote.';
COMMENT ON COLUMN comparisons.quote IS 'The cited passage, in Japanese; citations.quote.';
COMMENT ON COLUMN comparisons.document_id IS 'The document that prints it; documents.document_id. NULL: a statistic.';
COMMENT ON COLUMN comparisons.line IS 'Line of the document, or of the statistical table, on which the passage begins, counted from 1.';
COMMENT ON COLUMN comparisons.citation_id IS 'Where it is printed; citation_texts.citation_id (citations.citation_id, for a statistic statistic_citations.citation_id).';


CREATE VIEW achievements AS
WITH
-- Of a figure that several documents print: a legible one rather than none, then the newest document's.
newest AS (
    SELECT kpi_values.*
    FROM kpi_values
    JOIN documents USING (document_id)
    QUALIFY row_number() OVER (
        PARTITION BY kpi_id, fiscal_year, value_type
        ORDER BY value IS NULL, published_on DESC NULLS LAST, document_id DESC
    ) = 1
),

newest_grades AS (
    SELECT kpi_statuses.*
    FROM kpi_statuses
    JOIN documents USING (document_id)
    QUALIFY row_number() OVER (
        PARTITION BY kpi_id, fiscal_year ORDER BY published_on DESC NULLS LAST, document_id DESC
    ) = 1
),

targets AS (SELECT * FROM newest WHERE value_type = 'target'),

actuals AS (SELECT * FROM newest WHERE value_type = 'actual'),

baselines AS (SELECT * FROM newest WHERE value_type = 'baseline' AND value IS NOT NULL),

pairs AS (
    SELECT
        coalesce(targets.kpi_id, actuals.kpi_id) AS kpi_id,
        coalesce(targets.fiscal_year, actuals.fiscal_year) AS fiscal_year,
        targets.value AS target,
        targets.denominator AS target_denominator,
        targets.raw_text AS target_raw_text,
        targets.citation_id AS target_citation_id,
        actuals.value AS actual,
        actuals.denominator AS actual_denominator,
        actuals.obs_status AS actual_obs_status,
        actuals.is_approximate AS actual_is_approximate,
        actuals.raw_text AS actual_raw_text,
        actuals.citation_id AS actual_citation_id
    FROM targets
    FULL JOIN actuals ON targets.kpi_id = actuals.kpi_id AND targets.fiscal_year = actuals.fiscal_year
),

rows_with_baseline AS (
    SELECT
        pairs.*,
        baselines.value AS baseline,
        baselines.denominator AS baseline_denominator,
        baselines.fiscal_year AS baseline_fiscal_year,
        baselines.citation_id AS baseline_citation_id,
        EXISTS (
            SELECT 1
            -- A break that any edition states; a later one need not state it again.
            FROM kpi_values AS breaks
            WHERE
                breaks.kpi_id = pairs.kpi_id
                AND breaks.value_type <> 'baseline'
                AND breaks.obs_status = 'B'
                AND breaks.fiscal_year <= pairs.fiscal_year
                AND (baselines.fiscal_year IS NULL OR breaks.fiscal_year > baselines.fiscal_year)
        ) AS has_break,
        pairs.target_denominator IS NOT DISTINCT FROM pairs.actual_denominator AS is_same_denominator
    FROM pairs
    ASOF LEFT JOIN baselines
        ON pairs.kpi_id = baselines.kpi_id AND pairs.fiscal_year >= baselines.fiscal_year
),

judged AS (
    SELECT
        rows_with_baseline.*,
        CASE
            WHEN target IS NULL THEN 'no_target'
            WHEN actual IS NULL THEN 'no_actual'
            WHEN has_break THEN 'break'
            WHEN kpis.target_nature IS NOT NULL THEN 'natures_differ'
            WHEN NOT is_same_denominator THEN 'denominators_differ'
        END AS gap_refusal,
        CASE
            WHEN baseline IS NULL THEN 'no_baseline'
            WHEN target_denominator IS DISTINCT FROM baseline_denominator THEN 'denominators_differ'
            WHEN target = baseline THEN 'target_is_baseline'
        END AS baseline_refusal
    FROM rows_with_baseline
    JOIN kpis USING (kpi_id)
)

SELECT
    figures.kpi_id,
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    kpis.plan_id,
    kpis.name_ja,
    kpis.name_en,
    kpis.row_label_ja,
    figures.fiscal_year,
    kpis.unit_id,
    units.label_ja AS unit_ja,
    units.label_en AS unit_en,
    kpis.direction,
    kpis.nature,
    figures.target,
    figures.target_denominator,
    figures.actual,
    figures.actual_denominator,
    figures.actual_obs_status,
    figures.actual_is_approximate,
    figures.baseline,
    figures.baseline_denominator,
    figures.baseline_fiscal_year,
    figures.has_break,
    CASE
        WHEN figures.gap_refusal IS NOT NULL THEN NULL
        WHEN kpis.direction = 'higher' THEN figures.actual >= figures.target
        WHEN kpis.direction = 'lower' THEN figures.actual <= figures.target
    END AS is_met,
    CASE WHEN figures.gap_refusal IS NULL THEN figures.actual - figures.target END AS gap,
    coalesce(
        figures.gap_refusal,
        CASE
            WHEN kpis.direction IS NULL THEN 'no_direction'
            WHEN kpis.direction = 'lower' THEN 'lower_is_better'
            WHEN figures.target <= 0 THEN 'target_not_above_zero'
        END
    ) AS ratio_refusal,
    CASE WHEN ratio_refusal IS NULL THEN figures.actual / figures.target END AS achievement_ratio,
    coalesce(figures.gap_refusal, figures.baseline_refusal) AS progress_refusal,
    CASE
        WHEN progress_refusal IS NULL
            THEN (figures.actual - figures.baseline) / (figures.target - figures.baseline)
    END AS progress_from_baseline,
    figures.target_raw_text,
    figures.target_citation_id,
    figures.actual_raw_text,
    figures.actual_citation_id,
    figures.baseline_citation_id,
    newest_grades.status AS ward_status,
    newest_grades.label_ja AS ward_grade_ja,
    newest_grades.citation_id AS ward_grade_citation_id
FROM judged AS figures
JOIN kpis USING (kpi_id)
JOIN plans ON kpis.plan_id = plans.plan_id
JOIN wards ON plans.ward_code = wards.ward_code
LEFT JOIN units ON kpis.unit_id = units.unit_id
LEFT JOIN newest_grades ON figures.kpi_id = newest_grades.kpi_id AND figures.fiscal_year = newest_grades.fiscal_year;

COMMENT ON VIEW achievements IS 'One row a KPI and fiscal year with a target or an actual: how far the ward came towards its own target. Where several documents print a figure the newest legible one is taken.';
COMMENT ON COLUMN achievements.kpi_id IS 'The series; kpis.kpi_id.';
COMMENT ON COLUMN achievements.ward_code IS 'The ward; wards.ward_code.';
COMMENT ON COLUMN achievements.ward_name_ja IS 'Name of the ward in Japanese.';
COMMENT ON COLUMN achievements.ward_name_en IS 'Name of the ward in English.';
COMMENT ON COLUMN achievements.plan_id IS 'The plan; plans.plan_id.';
COMMENT ON COLUMN achievements.name_ja IS 'Name of the KPI in Japanese.';
COMMENT ON COLUMN achievements.name_en IS 'Name of the KPI in English. NULL: not translated.';
COMMENT ON COLUMN achievements.row_label_ja IS 'Row of a stacked cell (上段 or 下段) or label of a value (小, 中). NULL: the name has one series.';
COMMENT ON COLUMN achievements.fiscal_year IS 'The year of target and actual; years.fiscal_year.';
COMMENT ON COLUMN achievements.unit_id IS 'Unit of target, actual, baseline and gap; units.unit_id. NULL: no unit is printed.';
COMMENT ON COLUMN achievements.unit_ja IS 'Label of the unit in Japanese. NULL: no unit is printed.';
COMMENT ON COLUMN achievements.unit_en IS 'Label of the unit in English. NULL: no unit is printed.';
COMMENT ON COLUMN achievements.direction IS 'Which way is better: higher or lower. NULL: not known.';
COMMENT ON COLUMN achievements.nature IS 'stock, flow, cumulative, increment or ratio. NULL: the document leaves it open.';
COMMENT ON COLUMN achievements.target IS 'Target for the year. Unit: that of unit_id. NULL: none is printed.';
COMMENT ON COLUMN achievements.target_denominator IS 'Printed denominator of the target. Unit: that of unit_id. NULL: not a fraction.';
COMMENT ON COLUMN achievements.actual IS 'Actual of the year. Unit: that of unit_id. NULL: none is printed, or it is illegible.';
COMMENT ON COLUMN achievements.actual_denominator IS 'Printed denominator of the actual. Unit: that of unit_id. NULL: not a fraction.';
COMMENT ON COLUMN achievements.actual_obs_status IS 'Observation status of the actual, as in kpi_values.obs_status. NULL: no actual is printed.';
COMMENT ON COLUMN achievements.actual_is_approximate IS 'True where the actual is printed with about (約). NULL: no actual is printed.';
COMMENT ON COLUMN achievements.baseline IS 'The newest baseline of the year or before it. Unit: that of unit_id. NULL: none is printed.';
COMMENT ON COLUMN achievements.baseline_denominator IS 'Printed denominator of the baseline. Unit: that of unit_id. NULL: not a fraction.';
COMMENT ON COLUMN achievements.baseline_fiscal_year IS 'The year of the baseline; years.fiscal_year. NULL: none is printed.';
COMMENT ON COLUMN achievements.has_break IS 'True where the series breaks (obs_status B) in this year or before it, after the baseline if there is one: target and actual then speak of different things.';
COMMENT ON COLUMN achievements.is_met IS 'Whether the actual reaches the target, the direction respected. NULL: not judged, for the reason in ratio_refusal.';
COMMENT ON COLUMN achievements.gap IS 'actual - target. Unit: that of unit_id. NULL: one is missing, the series breaks, or the two count differently (see ratio_refusal).';
COMMENT ON COLUMN achievements.ratio_refusal IS 'Why no achievement_ratio is given: no_target, no_actual, break (the series breaks in this year or before it), natures_differ (the targets count otherwise than the results, kpis.target_nature), denominators_differ (these five leave is_met and gap open too), no_direction, lower_is_better (a ratio would read the wrong way; see is_met and gap) or target_not_above_zero. NULL: the ratio is given.';
COMMENT ON COLUMN achievements.progress_refusal IS 'Why no progress_from_baseline is given: the first five of ratio_refusal, no_baseline or target_is_baseline. NULL: it is given.';
COMMENT ON COLUMN achievements.achievement_ratio IS 'actual / target, 1 = reached. Unit: none (a quotient). NULL: it has no meaning, for the reason in ratio_refusal.';
COMMENT ON COLUMN achievements.progress_from_baseline IS '(actual - baseline) / (target - baseline), either direction: 0 = where it began, 1 = reached. Unit: none (a quotient). NULL: it has no meaning, for the reason in progress_refusal.';
COMMENT ON COLUMN achievements.target_raw_text IS 'The cell of the target as printed, in Japanese. NULL: none is printed.';
COMMENT ON COLUMN achievements.target_citation_id IS 'Where the target is printed; citations.citation_id. NULL: nowhere.';
COMMENT ON COLUMN achievements.actual_raw_text IS 'The cell of the actual as printed, in Japanese. NULL: none is printed.';
COMMENT ON COLUMN achievements.actual_citation_id IS 'Where the actual is printed; citations.citation_id. NULL: nowhere.';
COMMENT ON COLUMN achievements.baseline_citation_id IS 'Where the baseline is printed; citations.citation_id. NULL: nowhere.';
COMMENT ON COLUMN achievements.ward_status IS 'The ward''s own grade of the KPI for the year on the coarse scale, ahead, on_schedule, behind, not_started, achieved, continuing, under_review, completed or merged; kpi_statuses.status. NULL: none is printed.';
COMMENT ON COLUMN achievements.ward_grade_ja IS 'That grade as printed, in Japanese, e.g. A. NULL: none is printed.';
COMMENT ON COLUMN achievements.ward_grade_citation_id IS 'Where that grade is printed; citations.citation_id. NULL: nowhere.';


CREATE VIEW status_counts AS
WITH counts AS (
    SELECT
        measures.plan_id,
        statuses.fiscal_year,
        statuses.status,
        statuses.label_ja,
        count(*) AS item_count,
        list(statuses.citation_id ORDER BY citations.document_id, citations.char_start, statuses.citation_id)
            AS citation_ids
    FROM statuses
    JOIN citations ON statuses.citation_id = citations.citation_id
    JOIN measures USING (measure_id)
    -- An item that repeats another (再掲) is that item.
    WHERE measures.repeats_measure_id IS NULL
    GROUP BY ALL
)

SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    counts.plan_id,
    counts.fiscal_year,
    status_groups.status_group,
    status_groups.name_ja AS status_group_ja,
    status_groups.name_en AS status_group_en,
    counts.status,
    counts.label_ja,
    counts.item_count,
    sum(counts.item_count) OVER (PARTITION BY counts.plan_id, counts.fiscal_year) AS rated_count,
    counts.citation_ids
FROM counts
JOIN status_groups USING (status)
JOIN plans USING (plan_id)
JOIN wards USING (ward_code);

COMMENT ON VIEW status_counts IS 'How many items of a plan have which status: each ward''s own judgement, at its own time, on its own scale. Only the groups can stand side by side.';
COMMENT ON COLUMN status_counts.ward_code IS 'The ward; wards.ward_code.';
COMMENT ON COLUMN status_counts.ward_name_ja IS 'Name of the ward in Japanese.';
COMMENT ON COLUMN status_counts.ward_name_en IS 'Name of the ward in English.';
COMMENT ON COLUMN status_counts.plan_id IS 'The plan whose items are judged; plans.plan_id.';
COMMENT ON COLUMN status_counts.fiscal_year IS 'The year the judgement speaks of; years.fiscal_year.';
COMMENT ON COLUMN status_counts.status_group IS 'done, under_way or other; status_groups.status_group.';
COMMENT ON COLUMN status_counts.status_group_ja IS 'Name of the group in Japanese.';
COMMENT ON COLUMN status_counts.status_group_en IS 'Name of the group in English.';
COMMENT ON COLUMN status_counts.status IS 'The status: ahead, on_schedule, behind, not_started, achieved, continuing, under_review, completed or merged; statuses.status.';
COMMENT ON COLUMN status_counts.label_ja IS 'The status as printed, in Japanese.';
COMMENT ON COLUMN status_counts.item_count IS 'Items with that status, those that repeat another (再掲) left out.';
COMMENT ON COLUMN status_counts.rated_count IS 'All items of the plan with a status for that year: the whole that item_count is a part of.';
COMMENT ON COLUMN status_counts.citation_ids IS 'Where the statuses are printed, one an item; citations.citation_id.';


CREATE VIEW coverage AS
WITH
series AS (
    SELECT kpi_id, count(DISTINCT fiscal_year) AS year_count
    FROM kpi_values
    WHERE value IS NOT NULL
    GROUP BY kpi_id
),

sources AS (
    SELECT
        indicator_sources.indicator_id, plans.ward_code, indicator_sources.comparability,
        -- A series in another unit, or of levels where the indicator is of increments, speaks of it without being it.
        CASE
            WHEN kpis.unit_id = indicators.unit_id AND coalesce(kpis.nature = indicators.nature, true)
                THEN coalesce(series.year_count, 0)
            ELSE 0
        END AS year_count
    FROM indicator_sources
    JOIN indicators USING (indicator_id)
    JOIN kpis USING (kpi_id)
    JOIN plans ON kpis.plan_id = plans.plan_id
    LEFT JOIN series ON kpis.kpi_id = series.kpi_id
    UNION ALL
    SELECT indicator_sources.indicator_id, documents.ward_code, indicator_sources.comparability, 1
    FROM indicator_sources
    JOIN quantities USING (quantity_id)
    JOIN citations ON quantities.citation_id = citations.citation_id
    JOIN documents ON citations.document_id = documents.document_id
    WHERE quantities.scope = 'ward'
)

SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    indicators.indicator_id,
    indicators.name_ja AS indicator_name_ja,
    indicators.name_en AS indicator_name_en,
    CASE
        WHEN max(sources.year_count) >= 2 THEN 'published'
        WHEN count(sources.indicator_id) > 0 OR any_value(mentions.passage_count) > 0 THEN 'mentioned'
        ELSE 'absent'
    END AS coverage,
    count(sources.indicator_id) AS source_count,
    coalesce(max(sources.year_count), 0) AS year_count,
    CAST(coalesce(any_value(mentions.passage_count), 0) AS BIGINT) AS passage_count,
    min(sources.comparability) AS best_comparability
FROM wards
CROSS JOIN indicators
LEFT JOIN sources ON wards.ward_code = sources.ward_code AND indicators.indicator_id = sources.indicator_id
LEFT JOIN indicator_mentions AS mentions
    ON wards.ward_code = mentions.ward_code AND indicators.indicator_id = mentions.indicator_id
WHERE wards.is_covered
GROUP BY ALL;

COMMENT ON VIEW coverage IS 'One row a covered ward and indicator: whether the ward''s own documents publish it; national statistics do not count. Wards without a document are not here, for nothing is known of them.';
COMMENT ON COLUMN coverage.ward_code IS 'The ward; wards.ward_code.';
COMMENT ON COLUMN coverage.ward_name_ja IS 'Name of the ward in Japanese.';
COMMENT ON COLUMN coverage.ward_name_en IS 'Name of the ward in English.';
COMMENT ON COLUMN coverage.indicator_id IS 'The indicator; indicators.indicator_id.';
COMMENT ON COLUMN coverage.indicator_name_ja IS 'Name of the indicator in Japanese.';
COMMENT ON COLUMN coverage.indicator_name_en IS 'Name of the indicator in English.';
COMMENT ON COLUMN coverage.coverage IS 'published (a series in the indicator''s unit and not of another nature, with values for two years or more), mentioned (another series, a single figure, or words alone) or absent. Whether what is published can be compared is another question: see best_comparability.';
COMMENT ON COLUMN coverage.source_count IS 'Number of series and figures of the ward that feed the indicator.';
COMMENT ON COLUMN coverage.year_count IS 'Fiscal years with a value in the longest series in the indicator''s unit and nature; a figure of the text counts as 1.';
COMMENT ON COLUMN coverage.passage_count IS 'Passages of the ward''s documents that hold a word of indicator_terms.';
COMMENT ON COLUMN coverage.best_comparability IS 'The best comparability among them: direct, convertible or related. NULL: absent.';


-- The build puts the values in. A view and no table, for the export of the tables is committed and is not to change with every edit of the code.
CREATE VIEW build_inputs AS
SELECT *
FROM (
    VALUES ('reference_sha256', '<reference_sha256>'), ('library_sha256', '<library_sha256>')
) AS inputs (key, value);

COMMENT ON VIEW build_inputs IS 'By what a later build tells whether it can go on from this file and read anew only the documents that changed.';
COMMENT ON COLUMN build_inputs.key IS 'reference_sha256 (of all codebooks) or library_sha256 (of the code and the packages that make the rows).';
COMMENT ON COLUMN build_inputs.value IS 'Its value; ''unknown'' where it was built from other things than files.';
