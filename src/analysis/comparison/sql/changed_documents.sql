-- The documents that differ between two builds: new, gone, another text, or otherwise read. `differing` holds the rows
-- of changes.sql.
WITH
old AS (SELECT * FROM before.documents),

new AS (SELECT * FROM after.documents),

counted AS (
    SELECT
        coalesce(after_document_id, before_document_id) AS document_id,
        count(*) FILTER (kind = 'added') AS added_count,
        count(*) FILTER (kind = 'removed') AS removed_count,
        count(*) FILTER (kind = 'changed') AS changed_count
    FROM differing
    GROUP BY ALL
),

places AS (
    SELECT citation_id, hash(line_start, char_start, char_end, quote) AS place
    FROM before.citations
    WHERE NOT starts_with(citation_id, 'passages:')
),

moved AS (
    SELECT citations.document_id, count(*) AS moved_count
    FROM after.citations AS citations
    JOIN places USING (citation_id)
    ANTI JOIN differing ON citations.citation_id = differing.after_citation_id
    WHERE places.place <> hash(citations.line_start, citations.char_start, citations.char_end, citations.quote)
    GROUP BY ALL
),

new_passages AS (
    SELECT document_id, count(*) AS added_passage_count
    FROM after.passages
    ANTI JOIN before.passages AS known USING (passage_id)
    GROUP BY ALL
),

old_passages AS (
    SELECT document_id, count(*) AS removed_passage_count
    FROM before.passages
    ANTI JOIN after.passages AS known USING (passage_id)
    GROUP BY ALL
)

SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    coalesce(new.document_id, old.document_id) AS document_id,
    coalesce(new.title_ja, old.title_ja) AS document_title_ja,
    coalesce(new.title_en, old.title_en) AS document_title_en,
    coalesce(CAST(new.kind AS VARCHAR), CAST(old.kind AS VARCHAR)) AS kind,
    coalesce(new.published_ja, old.published_ja) AS published_ja,
    CASE
        WHEN old.document_id IS NULL THEN 'added'
        WHEN new.document_id IS NULL THEN 'removed'
        ELSE 'changed'
    END AS change,
    old.sha256 AS before_sha256,
    new.sha256 AS after_sha256,
    coalesce(counted.added_count, 0) AS added_count,
    coalesce(counted.removed_count, 0) AS removed_count,
    coalesce(counted.changed_count, 0) AS changed_count,
    coalesce(moved.moved_count, 0) AS moved_count,
    coalesce(new_passages.added_passage_count, 0) AS added_passage_count,
    coalesce(old_passages.removed_passage_count, 0) AS removed_passage_count
FROM old
FULL JOIN new ON old.document_id = new.document_id
JOIN after.wards ON coalesce(new.ward_code, old.ward_code) = wards.ward_code
LEFT JOIN counted ON coalesce(new.document_id, old.document_id) = counted.document_id
LEFT JOIN moved ON new.document_id = moved.document_id
LEFT JOIN new_passages ON new.document_id = new_passages.document_id
LEFT JOIN old_passages ON old.document_id = old_passages.document_id
WHERE
    old.sha256 IS DISTINCT FROM new.sha256
    OR coalesce(
        counted.document_id, moved.document_id, new_passages.document_id, old_passages.document_id
    ) IS NOT NULL
ORDER BY wards.ward_code, document_id
