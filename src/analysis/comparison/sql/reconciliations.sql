SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    reconciliations.document_id,
    reconciliations.subject_ja,
    reconciliations.subject_en,
    reconciliations.stated,
    reconciliations.extracted,
    reconciliations.difference,
    reconciliations.explanation_ja,
    reconciliations.explanation_en,
    citations.quote,
    citations.line_start AS line,
    citations.citation_id
FROM reconciliations
JOIN documents USING (document_id)
JOIN wards USING (ward_code)
JOIN citations ON reconciliations.citation_id = citations.citation_id
WHERE wards.ward_code IN (SELECT unnest($wards))
ORDER BY wards.ward_code, reconciliations.document_id, citations.char_start, reconciliations.reconciliation_id
