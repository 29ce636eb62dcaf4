SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    [term for term in $terms if contains(passages.text_ja, term)] AS terms,
    measures.level_ja,
    measures.code,
    measures.title_ja AS measure_title_ja,
    measures.title_en AS measure_title_en,
    passages.header_ja,
    citations.quote,
    documents.document_id,
    documents.title_ja AS document_title_ja,
    documents.title_en AS document_title_en,
    citations.line_start AS line,
    citations.citation_id
FROM passages
JOIN citations ON passages.citation_id = citations.citation_id
JOIN documents ON passages.document_id = documents.document_id
JOIN wards ON documents.ward_code = wards.ward_code
LEFT JOIN measures ON passages.measure_id = measures.measure_id
WHERE
    wards.ward_code IN (SELECT unnest($wards))
    AND len([term for term in $terms if contains(passages.text_ja, term)]) > 0
ORDER BY wards.ward_code, documents.published_on NULLS FIRST, documents.document_id, citations.char_start
