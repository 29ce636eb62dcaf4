-- Counts the passages that speak of each indicator, for the wards whose rows are being loaded.

INSERT INTO indicator_mentions
WITH
-- Several indicators have the same words; each is looked for once.
terms AS (SELECT DISTINCT term_ja FROM indicator_terms),

found AS (
    SELECT loaded_passages.passage_id, loaded_passages.document_id, terms.term_ja
    FROM loaded_passages
    JOIN terms ON contains(loaded_passages.text_ja, terms.term_ja)
)

SELECT documents.ward_code, indicator_terms.indicator_id, count(DISTINCT found.passage_id)
FROM found
JOIN documents USING (document_id)
JOIN indicator_terms USING (term_ja)
GROUP BY ALL
ORDER BY ALL;
