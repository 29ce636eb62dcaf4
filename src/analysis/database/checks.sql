-- Rules that PRIMARY KEY, FOREIGN KEY, NOT NULL and CHECK cannot state. One row for every breach: the table, the id
-- of the row and what is wrong with it. A build with any row here is refused.

WITH fact_citations AS (
    SELECT 'measures' AS table_name, measure_id AS row_id, document_id, citation_id FROM measures
    UNION ALL
    SELECT 'kpi_values', concat_ws(':', kpi_id, fiscal_year, value_type, document_id), document_id, citation_id
    FROM kpi_values
    UNION ALL
    SELECT 'kpi_statuses', concat_ws(':', kpi_id, fiscal_year, document_id), document_id, citation_id
    FROM kpi_statuses
    UNION ALL
    SELECT 'glossary_terms', term_id, document_id, citation_id FROM glossary_terms
    UNION ALL
    SELECT 'passages', passage_id, document_id, citation_id FROM passages
    UNION ALL
    SELECT 'reconciliations', reconciliation_id, document_id, citation_id FROM reconciliations
    UNION ALL
    SELECT 'corrections', correction_id, document_id, citation_id FROM corrections
),

plan_citations AS (
    SELECT plan_id, 'title_citation_id' AS column_name, title_citation_id AS citation_id FROM plans
    UNION ALL
    SELECT plan_id, 'period_citation_id', period_citation_id FROM plans
)

SELECT 'plans' AS table_name, plan_id AS row_id, column_name || ' ' || citation_id || ' is not in citations' AS problem
FROM plan_citations
ANTI JOIN citations USING (citation_id)
WHERE citation_id IS NOT NULL

UNION ALL
SELECT 'wards', ward_code, 'is_covered is ' || is_covered || ', which its documents belie'
FROM wards
WHERE is_covered <> (ward_code IN (SELECT ward_code FROM documents))

UNION ALL
SELECT 'documents', documents.document_id, 'ward_code differs from that of its plan'
FROM documents
JOIN plans USING (plan_id)
WHERE documents.ward_code <> plans.ward_code

UNION ALL
SELECT 'citations', citation_id, 'it ends beyond the end of document ' || document_id
FROM citations
JOIN documents USING (document_id)
WHERE char_end > char_count OR line_end > line_count

UNION ALL
SELECT fact_citations.table_name, fact_citations.row_id, 'its citation is from another document, ' || citations.document_id
FROM fact_citations
JOIN citations USING (citation_id)
WHERE fact_citations.document_id <> citations.document_id

UNION ALL
SELECT 'statistic_citations', citation_id, 'a citation of a document has the same id'
FROM statistic_citations
SEMI JOIN citations USING (citation_id)

UNION ALL
SELECT 'statistic_citations', citation_id, 'no statistic is from the file ' || file_name
FROM statistic_citations
ANTI JOIN statistics USING (file_name)

UNION ALL
SELECT 'statuses', measure_id, 'status ' || status || ' is in no group'
FROM statuses
ANTI JOIN status_groups USING (status)

UNION ALL
SELECT 'kpi_statuses', kpi_id, 'status ' || status || ' is in no group'
FROM kpi_statuses
ANTI JOIN status_groups USING (status)

UNION ALL
SELECT 'measures', measures.measure_id, 'root_measure_id is not the topmost ancestor'
FROM measures
LEFT JOIN measures AS parents ON measures.parent_measure_id = parents.measure_id
WHERE measures.is_parent_known
    AND measures.root_measure_id <> coalesce(parents.root_measure_id, measures.measure_id)

UNION ALL
-- Where the source has lost the parent it can still show the topmost ancestor.
SELECT 'measures', measures.measure_id, 'root_measure_id is not at the top of its plan'
FROM measures
LEFT JOIN measures AS roots ON measures.root_measure_id = roots.measure_id
WHERE roots.root_measure_id IS DISTINCT FROM roots.measure_id OR roots.plan_id <> measures.plan_id

UNION ALL
SELECT 'measure_themes', measure_id, 'it has more than one primary theme'
FROM measure_themes
WHERE is_primary
GROUP BY measure_id
HAVING count(*) > 1

UNION ALL
SELECT 'line_uses', document_id, 'its lines add up to ' || sum(line_uses.line_count) || ', the document has ' || documents.line_count
FROM line_uses
JOIN documents USING (document_id)
GROUP BY document_id, documents.line_count
HAVING sum(line_uses.line_count) <> documents.line_count

UNION ALL
SELECT 'corrections', correction_id, 'there is no column ' || table_name || '.' || column_name
FROM corrections
ANTI JOIN (
    SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = current_database()
) AS known_columns USING (table_name, column_name)

ORDER BY ALL;
