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
COMMENT ON COLUMN observations.row_label_ja IS 'Row of a stacked cell: 上段 or 下段. NULL: not stacked, or a quantity.';
COMMENT ON COLUMN observations.fiscal_year IS 'The year it is for; years.fiscal_year. NULL: a quantity printed without a year.';
COMMENT ON COLUMN observations.value_type IS 'baseline, target or actual. NULL: a quantity.';
COMMENT ON COLUMN observations.value IS 'The figure in the unit of unit_id; the numerator of a fraction. NULL: missing or illegible, see obs_status.';
COMMENT ON COLUMN observations.denominator IS 'Printed denominator of a fraction. NULL: not a fraction.';
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


CREATE VIEW comparisons AS
SELECT
    indicators.indicator_id,
    indicators.name_ja AS indicator_name_ja,
    indicators.name_en AS indicator_name_en,
    observations.ward_code,
    observations.ward_name_ja,
    observations.ward_name_en,
    observations.kpi_id,
    observations.quantity_id,
    observations.fiscal_year,
    observations.value_type,
    observations.value,
    observations.denominator,
    observations.unit_id,
    observations.unit_ja,
    observations.unit_en,
    observations.nature,
    indicators.nature AS indicator_nature,
    indicators.direction,
    indicator_sources.comparability,
    indicator_sources.transformation,
    observations.is_approximate,
    observations.obs_status,
    CASE
        WHEN observations.nature = 'ratio' OR indicators.nature = 'ratio' OR units.dimension = 'share' THEN NULL
        WHEN observations.denominator IS NOT NULL THEN NULL
        ELSE observations.value * 1000.0 / ward_populations.population
    END AS value_per_1000_residents,
    ward_populations.population,
    ward_populations.year AS population_year,
    observations.quote,
    observations.document_id,
    observations.line,
    observations.citation_id
FROM indicator_sources
JOIN indicators USING (indicator_id)
-- Exactly one of the two is set in either table.
JOIN observations
    ON
        indicator_sources.kpi_id IS NOT DISTINCT FROM observations.kpi_id
        AND indicator_sources.quantity_id IS NOT DISTINCT FROM observations.quantity_id
LEFT JOIN units ON observations.unit_id = units.unit_id
ASOF LEFT JOIN ward_populations
    ON
        observations.ward_code = ward_populations.ward_code
        -- The 1 January inside the fiscal year, or else the nearest before it.
        AND observations.fiscal_year + 1 >= ward_populations.year
WHERE observations.scope = 'ward';

COMMENT ON VIEW comparisons IS 'The harmonised long table: every figure that feeds an indicator, as printed, with how far it may be compared. Rank only what is direct; a later report may restate a figure, then there is a row for each document.';
COMMENT ON COLUMN comparisons.indicator_id IS 'The indicator; indicators.indicator_id.';
COMMENT ON COLUMN comparisons.indicator_name_ja IS 'Name of the indicator in Japanese.';
COMMENT ON COLUMN comparisons.indicator_name_en IS 'Name of the indicator in English.';
COMMENT ON COLUMN comparisons.ward_code IS 'The ward; wards.ward_code.';
COMMENT ON COLUMN comparisons.ward_name_ja IS 'Name of the ward in Japanese.';
COMMENT ON COLUMN comparisons.ward_name_en IS 'Name of the ward in English.';
COMMENT ON COLUMN comparisons.kpi_id IS 'The series; kpis.kpi_id. NULL: a quantity.';
COMMENT ON COLUMN comparisons.quantity_id IS 'The quantity; quantities.quantity_id. NULL: a value of a KPI.';
COMMENT ON COLUMN comparisons.fiscal_year IS 'The year it is for; years.fiscal_year. NULL: a quantity printed without a year.';
COMMENT ON COLUMN comparisons.value_type IS 'baseline, target or actual. NULL: a quantity.';
COMMENT ON COLUMN comparisons.value IS 'The figure as printed, in the unit of unit_id; transformation has not been applied. NULL: missing or illegible, see obs_status.';
COMMENT ON COLUMN comparisons.denominator IS 'Printed denominator of a fraction. NULL: not a fraction.';
COMMENT ON COLUMN comparisons.unit_id IS 'Unit of the printed figure; units.unit_id. NULL: no unit is printed.';
COMMENT ON COLUMN comparisons.unit_ja IS 'Label of the unit in Japanese. NULL: no unit is printed.';
COMMENT ON COLUMN comparisons.unit_en IS 'Label of the unit in English. NULL: no unit is printed.';
COMMENT ON COLUMN comparisons.nature IS 'Nature of the printed series: stock, flow, cumulative, increment or ratio. NULL: the document leaves it open.';
COMMENT ON COLUMN comparisons.indicator_nature IS 'Nature of the indicator: stock, flow, cumulative, increment or ratio. NULL: not settled.';
COMMENT ON COLUMN comparisons.direction IS 'Which way is better for the indicator: higher or lower. NULL: neither.';
COMMENT ON COLUMN comparisons.comparability IS 'direct, convertible or related, as in indicator_sources.comparability.';
COMMENT ON COLUMN comparisons.transformation IS 'What has to be done to a convertible value. NULL: nothing, or nothing would.';
COMMENT ON COLUMN comparisons.is_approximate IS 'True where the print says about (約).';
COMMENT ON COLUMN comparisons.obs_status IS 'Observation status, SDMX CL_OBS_STATUS 2.2, as in observations.obs_status.';
COMMENT ON COLUMN comparisons.value_per_1000_residents IS 'value per 1,000 residents of the population in population. NULL: no population or value, or the figure is a ratio, a share or a fraction.';
COMMENT ON COLUMN comparisons.population IS 'Residents of the ward on the 1 January inside the fiscal year, or else the nearest before it. NULL: no such count, or no fiscal year.';
COMMENT ON COLUMN comparisons.population_year IS 'Calendar year of that count. NULL: as population.';
COMMENT ON COLUMN comparisons.quote IS 'The cited passage, in Japanese; citations.quote.';
COMMENT ON COLUMN comparisons.document_id IS 'The document that prints it; documents.document_id.';
COMMENT ON COLUMN comparisons.line IS 'Line of the document on which the passage begins, counted from 1.';
COMMENT ON COLUMN comparisons.citation_id IS 'Where it is printed; citations.citation_id.';


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
        WHEN NOT figures.is_same_denominator OR figures.has_break THEN NULL
        WHEN kpis.direction = 'higher' THEN figures.actual >= figures.target
        WHEN kpis.direction = 'lower' THEN figures.actual <= figures.target
    END AS is_met,
    CASE WHEN figures.is_same_denominator AND NOT figures.has_break THEN figures.actual - figures.target END AS gap,
    CASE
        WHEN kpis.direction = 'higher' AND figures.target > 0 AND figures.is_same_denominator AND NOT figures.has_break
            THEN figures.actual / figures.target
    END AS achievement_ratio,
    CASE
        WHEN
            figures.target <> figures.baseline
            AND figures.is_same_denominator
            AND figures.target_denominator IS NOT DISTINCT FROM figures.baseline_denominator
            AND NOT figures.has_break
            THEN (figures.actual - figures.baseline) / (figures.target - figures.baseline)
    END AS progress_from_baseline,
    figures.target_raw_text,
    figures.target_citation_id,
    figures.actual_raw_text,
    figures.actual_citation_id,
    figures.baseline_citation_id
FROM rows_with_baseline AS figures
JOIN kpis USING (kpi_id)
JOIN plans ON kpis.plan_id = plans.plan_id
JOIN wards ON plans.ward_code = wards.ward_code
LEFT JOIN units ON kpis.unit_id = units.unit_id;

COMMENT ON VIEW achievements IS 'One row a KPI and fiscal year with a target or an actual: how far the ward came towards its own target. Where several documents print a figure the newest legible one is taken.';
COMMENT ON COLUMN achievements.kpi_id IS 'The series; kpis.kpi_id.';
COMMENT ON COLUMN achievements.ward_code IS 'The ward; wards.ward_code.';
COMMENT ON COLUMN achievements.ward_name_ja IS 'Name of the ward in Japanese.';
COMMENT ON COLUMN achievements.ward_name_en IS 'Name of the ward in English.';
COMMENT ON COLUMN achievements.plan_id IS 'The plan; plans.plan_id.';
COMMENT ON COLUMN achievements.name_ja IS 'Name of the KPI in Japanese.';
COMMENT ON COLUMN achievements.name_en IS 'Name of the KPI in English. NULL: not translated.';
COMMENT ON COLUMN achievements.row_label_ja IS 'Row of a stacked cell: 上段 or 下段. NULL: not stacked.';
COMMENT ON COLUMN achievements.fiscal_year IS 'The year of target and actual; years.fiscal_year.';
COMMENT ON COLUMN achievements.unit_id IS 'Unit of target, actual, baseline and gap; units.unit_id. NULL: no unit is printed.';
COMMENT ON COLUMN achievements.unit_ja IS 'Label of the unit in Japanese. NULL: no unit is printed.';
COMMENT ON COLUMN achievements.unit_en IS 'Label of the unit in English. NULL: no unit is printed.';
COMMENT ON COLUMN achievements.direction IS 'Which way is better: higher or lower. NULL: not known.';
COMMENT ON COLUMN achievements.nature IS 'stock, flow, cumulative, increment or ratio. NULL: the document leaves it open.';
COMMENT ON COLUMN achievements.target IS 'Target for the year. NULL: none is printed.';
COMMENT ON COLUMN achievements.target_denominator IS 'Printed denominator of the target. NULL: not a fraction.';
COMMENT ON COLUMN achievements.actual IS 'Actual of the year. NULL: none is printed, or it is illegible.';
COMMENT ON COLUMN achievements.actual_denominator IS 'Printed denominator of the actual. NULL: not a fraction.';
COMMENT ON COLUMN achievements.actual_obs_status IS 'Observation status of the actual, as in kpi_values.obs_status. NULL: no actual is printed.';
COMMENT ON COLUMN achievements.actual_is_approximate IS 'True where the actual is printed with about (約). NULL: no actual is printed.';
COMMENT ON COLUMN achievements.baseline IS 'The newest baseline of the year or before it. NULL: none is printed.';
COMMENT ON COLUMN achievements.baseline_denominator IS 'Printed denominator of the baseline. NULL: not a fraction.';
COMMENT ON COLUMN achievements.baseline_fiscal_year IS 'The year of the baseline; years.fiscal_year. NULL: none is printed.';
COMMENT ON COLUMN achievements.has_break IS 'True where the series breaks (obs_status B) in this year or before it, after the baseline if there is one: target and actual then speak of different things.';
COMMENT ON COLUMN achievements.is_met IS 'Whether the actual reaches the target, the direction respected. NULL: target, actual or direction is missing, their denominators differ, or has_break.';
COMMENT ON COLUMN achievements.gap IS 'actual - target, in the unit. NULL: one is missing, their denominators differ, or has_break.';
COMMENT ON COLUMN achievements.achievement_ratio IS 'actual / target, 1 = reached. NULL: one is missing, lower is better or the direction is not known, the target is not above 0, the denominators differ, or the series breaks.';
COMMENT ON COLUMN achievements.progress_from_baseline IS '(actual - baseline) / (target - baseline), either direction: 0 = where it began, 1 = reached. NULL: one is missing, the target equals the baseline, the denominators differ, or the series breaks in between.';
COMMENT ON COLUMN achievements.target_raw_text IS 'The cell of the target as printed, in Japanese. NULL: none is printed.';
COMMENT ON COLUMN achievements.target_citation_id IS 'Where the target is printed; citations.citation_id. NULL: nowhere.';
COMMENT ON COLUMN achievements.actual_raw_text IS 'The cell of the actual as printed, in Japanese. NULL: none is printed.';
COMMENT ON COLUMN achievements.actual_citation_id IS 'Where the actual is printed; citations.citation_id. NULL: nowhere.';
COMMENT ON COLUMN achievements.baseline_citation_id IS 'Where the baseline is printed; citations.citation_id. NULL: nowhere.';


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
        -- A series in another unit speaks of the indicator without being it.
        CASE WHEN kpis.unit_id = indicators.unit_id THEN coalesce(series.year_count, 0) ELSE 0 END AS year_count
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
),

mentions AS (
    SELECT indicator_terms.indicator_id, documents.ward_code, count(DISTINCT passages.passage_id) AS passage_count
    FROM indicator_terms
    JOIN passages ON contains(passages.text_ja, indicator_terms.term_ja)
    JOIN documents ON passages.document_id = documents.document_id
    GROUP BY ALL
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
    coalesce(any_value(mentions.passage_count), 0) AS passage_count,
    min(sources.comparability) AS best_comparability
FROM wards
CROSS JOIN indicators
LEFT JOIN sources ON wards.ward_code = sources.ward_code AND indicators.indicator_id = sources.indicator_id
LEFT JOIN mentions ON wards.ward_code = mentions.ward_code AND indicators.indicator_id = mentions.indicator_id
WHERE wards.is_covered
GROUP BY ALL;

COMMENT ON VIEW coverage IS 'One row a covered ward and indicator: whether the ward publishes it. Wards without a document are not here, for nothing is known of them.';
COMMENT ON COLUMN coverage.ward_code IS 'The ward; wards.ward_code.';
COMMENT ON COLUMN coverage.ward_name_ja IS 'Name of the ward in Japanese.';
COMMENT ON COLUMN coverage.ward_name_en IS 'Name of the ward in English.';
COMMENT ON COLUMN coverage.indicator_id IS 'The indicator; indicators.indicator_id.';
COMMENT ON COLUMN coverage.indicator_name_ja IS 'Name of the indicator in Japanese.';
COMMENT ON COLUMN coverage.indicator_name_en IS 'Name of the indicator in English.';
COMMENT ON COLUMN coverage.coverage IS 'published (a series in the indicator''s unit with values for two years or more), mentioned (another series, a single figure, or words alone) or absent.';
COMMENT ON COLUMN coverage.source_count IS 'Number of series and figures of the ward that feed the indicator.';
COMMENT ON COLUMN coverage.year_count IS 'Fiscal years with a value in the longest series in the indicator''s unit; a figure of the text counts as 1.';
COMMENT ON COLUMN coverage.passage_count IS 'Passages of the ward''s documents that hold a word of indicator_terms.';
COMMENT ON COLUMN coverage.best_comparability IS 'The best comparability among them: direct, convertible or related. NULL: absent.';
