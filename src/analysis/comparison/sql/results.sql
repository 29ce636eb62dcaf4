SELECT
    plans.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    measures.measure_id,
    measures.code,
    measures.title_ja AS measure_title_ja,
    measures.title_en AS measure_title_en,
    'did' AS statement,
    activities.fiscal_year,
    activities.text_ja,
    citations.quote,
    documents.document_id,
    documents.title_ja AS document_title_ja,
    documents.title_en AS document_title_en,
    citations.line_start AS line,
    citations.citation_id
FROM activities
JOIN measures USING (measure_id)
JOIN plans ON measures.plan_id = plans.plan_id
JOIN wards ON plans.ward_code = wards.ward_code
JOIN citations ON activities.citation_id = citations.citation_id
JOIN documents ON citations.document_id = documents.document_id
WHERE
    activities.kind = 'result'
    AND measures.repeats_measure_id IS NULL
    AND plans.ward_code IN (SELECT unnest($wards))
ORDER BY plans.ward_code, documents.document_id, citations.char_start, citations.citation_id
