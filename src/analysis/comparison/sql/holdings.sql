SELECT
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    documents.document_id,
    documents.title_ja AS document_title_ja,
    documents.title_en AS document_title_en,
    CAST(documents.kind AS VARCHAR) AS kind,
    documents.published_ja,
    documents.file_name,
    documents.sha256,
    documents.line_count,
    plans.start_fiscal_year AS first_year,
    plans.end_fiscal_year AS last_year,
    (SELECT count(*) FROM measures WHERE measures.document_id = documents.document_id) AS item_count,
    (
        SELECT count(*)
        FROM statuses
        JOIN citations USING (citation_id)
        WHERE citations.document_id = documents.document_id
    ) AS status_count,
    (
        SELECT count(DISTINCT kpi_values.kpi_id) FROM kpi_values WHERE kpi_values.document_id = documents.document_id
    ) AS kpi_count,
    (
        SELECT count(kpi_values.value) FROM kpi_values WHERE kpi_values.document_id = documents.document_id
    ) AS value_count,
    (SELECT count(*) FROM passages WHERE passages.document_id = documents.document_id) AS passage_count
FROM documents
JOIN wards USING (ward_code)
JOIN plans ON documents.plan_id = plans.plan_id
WHERE wards.ward_code IN (SELECT unnest($wards))
ORDER BY wards.ward_code, documents.document_id
