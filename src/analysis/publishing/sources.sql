-- What the database was read from: the wards' documents, and the tables of national statistics.

SELECT
    documents.document_id AS name,
    documents.title_ja,
    documents.title_en,
    wards.name_ja AS publisher_ja,
    wards.name_en || ' City' AS publisher_en,
    documents.published_ja,
    documents.file_name,
    documents.sha256,
    documents.original_file_name,
    documents.original_sha256,
    NULL AS transcription
FROM documents
JOIN wards USING (ward_code)
UNION ALL
SELECT DISTINCT
    file_name,
    source_ja,
    source_en,
    NULL,
    NULL,
    NULL,
    file_name,
    sha256,
    NULL,
    NULL,
    transcription
FROM statistics
ORDER BY transcription IS NOT NULL, name
