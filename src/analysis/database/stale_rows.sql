-- Deletes what was read from the documents of the wards of $wards, but for their items, which refer to each other. Children
-- come first: each statement is a transaction of its own, for DuckDB checks keys against those of before it.

CREATE OR REPLACE TEMP TABLE stale_citations (citation_id VARCHAR, document_id VARCHAR);

INSERT INTO stale_citations
SELECT citations.citation_id, citations.document_id
FROM citations
JOIN documents USING (document_id)
WHERE documents.ward_code IN (SELECT unnest($wards));

-- What feeds the indicators does not depend on what the documents say, so it is kept for their new rows.
CREATE OR REPLACE TEMP TABLE kept_sources AS FROM indicator_sources LIMIT 0;

INSERT INTO kept_sources
SELECT indicator_sources.*
FROM indicator_sources
LEFT JOIN kpis USING (kpi_id)
LEFT JOIN quantities USING (quantity_id)
WHERE coalesce(kpis.citation_id, quantities.citation_id) IN (SELECT citation_id FROM stale_citations);

DELETE FROM indicator_mentions WHERE ward_code IN (SELECT unnest($wards));
DELETE FROM corrections WHERE document_id IN (SELECT document_id FROM documents WHERE ward_code IN (SELECT unnest($wards)));
DELETE FROM reconciliations WHERE document_id IN (SELECT document_id FROM documents WHERE ward_code IN (SELECT unnest($wards)));
DELETE FROM line_uses WHERE document_id IN (SELECT document_id FROM documents WHERE ward_code IN (SELECT unnest($wards)));
DELETE FROM indicator_sources WHERE indicator_source_id IN (SELECT indicator_source_id FROM kept_sources);
DELETE FROM measure_themes
WHERE measure_id IN (
    SELECT measure_id FROM measures JOIN documents USING (document_id) WHERE documents.ward_code IN (SELECT unnest($wards))
);
DELETE FROM passages WHERE document_id IN (SELECT document_id FROM documents WHERE ward_code IN (SELECT unnest($wards)));
DELETE FROM events WHERE ward_code IN (SELECT unnest($wards));
DELETE FROM quantities WHERE citation_id IN (SELECT citation_id FROM stale_citations);
DELETE FROM kpi_values WHERE document_id IN (SELECT document_id FROM documents WHERE ward_code IN (SELECT unnest($wards)));
DELETE FROM kpi_statuses WHERE document_id IN (SELECT document_id FROM documents WHERE ward_code IN (SELECT unnest($wards)));
DELETE FROM kpis WHERE citation_id IN (SELECT citation_id FROM stale_citations);
DELETE FROM measure_departments WHERE citation_id IN (SELECT citation_id FROM stale_citations);
DELETE FROM statuses WHERE citation_id IN (SELECT citation_id FROM stale_citations);
DELETE FROM activities WHERE citation_id IN (SELECT citation_id FROM stale_citations);
