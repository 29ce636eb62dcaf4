-- A few figures of each ward: of each theme one before another; of those the newest, then what most wards speak of.
WITH spoken AS (
    SELECT
        indicator_id,
        count(*) FILTER (WHERE coverage <> 'absent') AS ward_count,
        sum(passage_count) AS passage_count
    FROM coverage
    GROUP BY indicator_id
),

-- The newest result of each series, and what the text says to have been done.
figures AS (
    SELECT observations.*, coalesce(observations.kpi_id, observations.quantity_id) AS series_id
    FROM observations
    JOIN documents ON observations.document_id = documents.document_id
    LEFT JOIN quantities ON observations.quantity_id = quantities.quantity_id
    LEFT JOIN activities ON quantities.activity_id = activities.activity_id
    WHERE
        observations.ward_code IN (SELECT unnest($wards))
        AND observations.scope = 'ward'
        AND observations.value IS NOT NULL
        AND (
            observations.value_type = 'actual'
            OR (
                observations.quantity_id IS NOT NULL
                AND quantities.bound IS NULL
                AND coalesce(activities.kind = 'result', true)
            )
        )
    QUALIFY
        row_number() OVER (
            PARTITION BY series_id
            ORDER BY
                observations.fiscal_year DESC NULLS LAST,
                documents.published_on DESC NULLS LAST,
                observations.document_id DESC
        ) = 1
),

-- Each under one indicator whose unit and nature it has.
named AS (
    SELECT
        figures.*,
        indicators.indicator_id,
        indicators.name_ja AS indicator_name_ja,
        indicators.name_en AS indicator_name_en,
        indicators.theme_id,
        indicator_sources.comparability,
        spoken.ward_count,
        spoken.passage_count,
        printed.char_start
    FROM figures
    JOIN indicator_sources
        ON
            figures.kpi_id IS NOT DISTINCT FROM indicator_sources.kpi_id
            AND figures.quantity_id IS NOT DISTINCT FROM indicator_sources.quantity_id
    JOIN indicators
        ON
            indicator_sources.indicator_id = indicators.indicator_id
            AND figures.unit_id = indicators.unit_id
            AND coalesce(figures.nature = indicators.nature, true)
    JOIN spoken ON indicators.indicator_id = spoken.indicator_id
    JOIN citations AS printed ON figures.citation_id = printed.citation_id
    QUALIFY
        row_number() OVER (
            PARTITION BY figures.series_id
            ORDER BY
                indicator_sources.comparability,
                spoken.ward_count DESC,
                spoken.passage_count DESC,
                indicators.indicator_id
        ) = 1
        -- Figures of the text only where the ward prints no KPIs.
        AND (
            figures.kpi_id IS NOT NULL
            OR NOT bool_or(figures.kpi_id IS NOT NULL) OVER (PARTITION BY figures.ward_code)
        )
),

by_theme AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY ward_code, theme_id
            ORDER BY fiscal_year DESC NULLS LAST, ward_count DESC, passage_count DESC, char_start, series_id
        ) AS place_in_theme
    FROM named
)

SELECT
    by_theme.ward_code,
    by_theme.ward_name_ja,
    by_theme.ward_name_en,
    row_number() OVER (
        PARTITION BY by_theme.ward_code
        ORDER BY
            by_theme.place_in_theme,
            by_theme.fiscal_year DESC NULLS LAST,
            by_theme.ward_count DESC,
            by_theme.passage_count DESC,
            by_theme.char_start,
            by_theme.series_id
    ) AS position,
    by_theme.indicator_id,
    by_theme.indicator_name_ja,
    by_theme.indicator_name_en,
    by_theme.theme_id,
    by_theme.series_id,
    by_theme.kpi_id,
    by_theme.quantity_id,
    by_theme.name_ja,
    by_theme.name_en,
    by_theme.row_label_ja,
    by_theme.value,
    by_theme.denominator,
    by_theme.unit_ja,
    by_theme.unit_en,
    CAST(by_theme.nature AS VARCHAR) AS nature,
    by_theme.fiscal_year,
    years.label_ja AS year_label_ja,
    years.label_en AS year_label_en,
    by_theme.is_approximate,
    by_theme.obs_status,
    CAST(by_theme.comparability AS VARCHAR) AS comparability,
    by_theme.quote,
    by_theme.document_id,
    documents.title_ja AS document_title_ja,
    coalesce(documents.title_en, documents.title_ja) AS document_title_en,
    by_theme.line,
    by_theme.citation_id
FROM by_theme
JOIN documents ON by_theme.document_id = documents.document_id
LEFT JOIN years ON by_theme.fiscal_year = years.fiscal_year
QUALIFY position <= $most
ORDER BY by_theme.ward_code, position
