SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    corrections.document_id,
    corrections.table_name,
    corrections.row_id,
    corrections.column_name,
    CAST(corrections.kind AS VARCHAR) AS kind,
    corrections.printed,
    corrections.curated,
    corrections.reason_ja,
    corrections.reason_en,
    citations.line_start AS line,
    citations.citation_id
FROM corrections
JOIN documents USING (document_id)
JOIN wards USING (ward_code)
JOIN citations ON corrections.citation_id = citations.citation_id
WHERE wards.ward_code IN (SELECT unnest($wards))
ORDER BY wards.ward_code, corrections.document_id, citations.char_start, corrections.correction_id
