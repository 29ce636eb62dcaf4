WITH
hits AS (
    SELECT DISTINCT indicator_terms.indicator_id, passages.passage_id
    FROM passages
    JOIN documents USING (document_id)
    JOIN indicator_terms ON contains(passages.text_ja, indicator_terms.term_ja)
    WHERE documents.ward_code IN (SELECT unnest($wards)) AND indicator_terms.indicator_id IN (SELECT unnest($indicators))
),

found AS (
    SELECT
        hits.indicator_id,
        documents.ward_code,
        measures.level_ja,
        measures.code,
        -- Some documents print the word of the level with the code (取組23), others the code alone (27, ①).
        CASE
            WHEN starts_with(measures.code, measures.level_ja) THEN measures.code
            ELSE concat_ws(' ', measures.level_ja, measures.code)
        END AS item_ja,
        measures.title_ja AS measure_title_ja,
        measures.title_en AS measure_title_en,
        passages.header_ja,
        citations.quote,
        documents.title_ja AS document_title_ja,
        documents.title_en AS document_title_en,
        citations.line_start AS line,
        citations.citation_id,
        citations.char_start,
        documents.document_id,
        documents.published_on,
        -- Within a heading stands little but the item's title.
        contains(citations.quote, measures.title_ja) AND passages.header_ja IS NULL AS is_heading,
        regexp_matches(
            citations.quote, '[0-9０-９][0-9０-９,，.．]* ?(手続|件|名|人|課|台|業務|時間|回|か国語|施設|%|％)'
        ) AS has_figure
    FROM hits
    JOIN passages USING (passage_id)
    JOIN measures USING (measure_id)
    JOIN citations ON passages.citation_id = citations.citation_id
    JOIN documents ON passages.document_id = documents.document_id
    WHERE
        -- The names of KPIs are shown with their figures. A later edition's stand beside its figures only.
        NOT EXISTS (
            FROM (
                SELECT citation_id FROM kpis
                UNION ALL
                SELECT citation_id FROM kpi_values
            ) AS series
            JOIN citations AS printed USING (citation_id)
            WHERE printed.document_id = citations.document_id AND printed.line_start = citations.line_start
        )
)

SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    found.* EXCLUDE (indicator_id, ward_code, published_on, char_start, is_heading, has_figure),
    count(*) OVER (PARTITION BY found.indicator_id, wards.ward_code) AS passage_count,
    found.indicator_id
FROM found
JOIN wards USING (ward_code)
QUALIFY
    row_number() OVER (
        PARTITION BY found.indicator_id, wards.ward_code
        ORDER BY
            found.is_heading,
            NOT found.has_figure,
            found.published_on DESC NULLS LAST,
            found.document_id DESC,
            found.char_start
    ) <= $most
ORDER BY found.indicator_id, wards.ward_code, found.published_on DESC NULLS LAST, found.document_id DESC, found.char_start
