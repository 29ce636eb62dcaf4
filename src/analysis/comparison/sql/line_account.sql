SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    documents.document_id,
    documents.title_ja AS document_title_ja,
    documents.title_en AS document_title_en,
    CAST(line_uses.use AS VARCHAR) AS use,
    line_uses.line_count,
    documents.line_count AS document_line_count,
    line_uses.line_count / documents.line_count AS share
FROM line_uses
JOIN documents USING (document_id)
JOIN wards USING (ward_code)
WHERE wards.ward_code IN (SELECT unnest($wards))
ORDER BY wards.ward_code, documents.document_id, line_uses.use
