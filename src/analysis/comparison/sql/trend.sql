-- The results of the series that feed an indicator, each with its change since the result before.
WITH results AS (
    SELECT
        comparisons.*,
        -- A break that any edition states; a later one need not state it again.
        bool_or(comparisons.obs_status = 'B') OVER (
            PARTITION BY comparisons.series_id, comparisons.fiscal_year
        ) AS is_break
    FROM comparisons
    LEFT JOIN documents ON comparisons.document_id = documents.document_id
    WHERE
        comparisons.indicator_id = $indicator
        AND comparisons.ward_code IN (SELECT unnest($wards))
        AND comparisons.quantity_id IS NULL
        AND comparisons.value_type IN ('baseline', 'actual')
    -- A legible figure rather than none, the newest edition's, and of a baseline and a result of one year the result.
    QUALIFY
        row_number() OVER (
            PARTITION BY comparisons.series_id, comparisons.fiscal_year
            ORDER BY
                comparisons.value IS NULL,
                comparisons.value_type DESC,
                documents.published_on DESC NULLS LAST,
                comparisons.document_id DESC
        ) = 1
),

stretches AS (
    SELECT
        *,
        -- Of a statistic the date, for its counts lie at uneven distances; of a series the fiscal year.
        CASE
            WHEN statistic_id IS NULL THEN CAST(fiscal_year AS DOUBLE)
            ELSE date_diff('day', DATE '2000-01-01', as_of) / 365.2425
        END AS position,
        count(*) FILTER (WHERE is_break) OVER (PARTITION BY series_id ORDER BY fiscal_year) AS stretch
    FROM results
),

steps AS (
    SELECT
        *,
        lag(value IGNORE NULLS) OVER years_before AS previous_value,
        lag(CASE WHEN value IS NOT NULL THEN fiscal_year END IGNORE NULLS) OVER years_before AS previous_fiscal_year,
        lag(CASE WHEN value IS NOT NULL THEN as_of END IGNORE NULLS) OVER years_before AS previous_as_of,
        lag(CASE WHEN value IS NOT NULL THEN denominator END IGNORE NULLS) OVER years_before AS previous_denominator,
        lag(CASE WHEN value IS NOT NULL THEN is_approximate END IGNORE NULLS) OVER years_before AS was_approximate,
        lag(CASE WHEN value IS NOT NULL THEN citation_id END IGNORE NULLS) OVER years_before AS previous_citation_id,
        count(value) OVER whole_stretch AS stretch_points,
        regr_slope(value, position) OVER whole_stretch AS slope,
        -- Fractions of one whole, or no fractions at all.
        count(denominator) OVER whole_stretch IN (0, count(value) OVER whole_stretch)
        AND coalesce(min(denominator) OVER whole_stretch = max(denominator) OVER whole_stretch, true) AS has_one_whole
    FROM stretches
    WINDOW
        years_before AS (PARTITION BY series_id, stretch ORDER BY fiscal_year),
        whole_stretch AS (PARTITION BY series_id, stretch)
),

judged AS (
    SELECT
        *,
        CASE
            WHEN value IS NULL THEN 'missing'
            WHEN previous_value IS NULL THEN CASE WHEN stretch > 0 THEN 'break' ELSE 'first_figure' END
            WHEN nature IS NULL THEN 'nature_unknown'
            WHEN nature = 'increment' THEN 'increment'
            WHEN denominator IS DISTINCT FROM previous_denominator THEN 'denominators_differ'
        END AS change_refusal
    FROM steps
)

SELECT
    judged.ward_code,
    judged.ward_name_ja,
    judged.ward_name_en,
    judged.series_id,
    judged.name_ja,
    judged.name_en,
    judged.row_label_ja,
    judged.fiscal_year,
    judged.as_of,
    CAST(judged.value_type AS VARCHAR) AS value_type,
    judged.value,
    judged.denominator,
    judged.unit_ja,
    judged.unit_en,
    CAST(judged.nature AS VARCHAR) AS nature,
    CAST(judged.direction AS VARCHAR) AS direction,
    CAST(judged.comparability AS VARCHAR) AS comparability,
    judged.obs_status,
    judged.previous_fiscal_year,
    judged.previous_as_of,
    judged.previous_value,
    CASE WHEN judged.change_refusal IS NULL THEN judged.value - judged.previous_value END AS change,
    CASE
        WHEN judged.change_refusal IS NOT NULL THEN NULL
        WHEN judged.nature = 'stock' THEN 'net_change'
        WHEN judged.nature = 'flow' THEN 'change_of_flow'
        WHEN judged.nature = 'cumulative' THEN 'added_since'
        WHEN judged.nature = 'ratio' AND judged.denominator IS NULL THEN 'percentage_points'
    END AS change_meaning,
    CASE
        WHEN judged.change_refusal IS NULL AND judged.nature IN ('stock', 'flow') AND judged.previous_value > 0
            THEN 100.0 * (judged.value - judged.previous_value) / judged.previous_value
    END AS change_percent,
    judged.change_refusal,
    judged.is_approximate OR coalesce(judged.was_approximate, false) AS is_approximate,
    CASE
        WHEN
            judged.stretch_points >= $fewest_points
            AND judged.nature IS NOT NULL
            AND judged.nature <> 'increment'
            AND judged.has_one_whole
            THEN judged.slope
    END AS slope_per_year,
    judged.stretch_points,
    judged.quote,
    judged.line,
    judged.previous_citation_id,
    judged.citation_id
FROM judged
WHERE len($years) = 0 OR judged.fiscal_year IN (SELECT unnest($years))
ORDER BY judged.ward_code, judged.comparability, judged.series_id, judged.fiscal_year
