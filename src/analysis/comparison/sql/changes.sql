-- The rows of `differences` with what they are about, in words, and with the passages of both sides.
WITH
old_names AS (SELECT document_id, ward_code, title_ja, title_en FROM before.documents),

new_names AS (SELECT document_id, ward_code, title_ja, title_en FROM after.documents),

told AS (
    SELECT
        differences.*,
        old_subjects.content AS old_content,
        new_subjects.content AS new_content,
        coalesce(new_subjects.subject_ja, old_subjects.subject_ja, differences.row_id) AS subject_ja,
        coalesce(new_subjects.subject_en, old_subjects.subject_en, differences.row_id) AS subject_en,
        coalesce(new_subjects.unit_ja, old_subjects.unit_ja) AS unit_ja,
        coalesce(new_subjects.unit_en, old_subjects.unit_en) AS unit_en,
        old_targets.subject_ja AS old_target,
        new_targets.subject_ja AS new_target,
        coalesce(old_cited.document_id, differences.old_document) AS before_document_id,
        coalesce(new_cited.document_id, differences.new_document) AS after_document_id,
        old_cited.title_ja AS old_source,
        new_cited.title_ja AS new_source,
        old_cited.title_en AS old_source_en,
        new_cited.title_en AS new_source_en,
        old_cited.quote AS before_quote,
        old_cited.line_start AS before_line,
        old_cited.citation_id AS before_citation_id,
        new_cited.quote AS after_quote,
        new_cited.line_start AS after_line,
        new_cited.citation_id AS after_citation_id,
        coalesce(differences.ward, new_cited.ward_code, old_cited.ward_code) AS cited_ward
    FROM differences
    LEFT JOIN old_subjects USING (table_name, row_id)
    LEFT JOIN new_subjects USING (table_name, row_id)
    LEFT JOIN old_subjects AS old_targets
        ON differences.target = old_targets.table_name AND differences.before = old_targets.row_id
    LEFT JOIN new_subjects AS new_targets
        ON differences.target = new_targets.table_name AND differences.after = new_targets.row_id
    LEFT JOIN before.citation_texts AS old_cited ON differences.old_citation = old_cited.citation_id
    LEFT JOIN after.citation_texts AS new_cited ON differences.new_citation = new_cited.citation_id
)

SELECT
    told.table_name,
    told.row_id,
    told.kind,
    told.column_name,
    told.subject_ja,
    told.subject_en,
    CASE told.kind
        WHEN 'changed' THEN coalesce(told.old_target || ' [' || told.before || ']', told.before)
        WHEN 'removed' THEN coalesce(told.old_content, told.subject_ja)
    END AS before,
    CASE told.kind
        WHEN 'changed' THEN coalesce(told.new_target || ' [' || told.after || ']', told.after)
        WHEN 'added' THEN coalesce(told.new_content, told.subject_ja)
    END AS after,
    told.unit_ja,
    told.unit_en,
    wards.ward_code,
    wards.name_ja AS ward_name_ja,
    wards.name_en AS ward_name_en,
    told.before_document_id,
    coalesce(old_names.title_ja, told.old_source) AS before_document_title_ja,
    coalesce(old_names.title_en, told.old_source_en) AS before_document_title_en,
    told.before_line,
    told.before_quote,
    told.before_citation_id,
    told.after_document_id,
    coalesce(new_names.title_ja, told.new_source) AS after_document_title_ja,
    coalesce(new_names.title_en, told.new_source_en) AS after_document_title_en,
    told.after_line,
    told.after_quote,
    told.after_citation_id
FROM told
LEFT JOIN old_names ON told.before_document_id = old_names.document_id
LEFT JOIN new_names ON told.after_document_id = new_names.document_id
LEFT JOIN after.wards ON coalesce(told.cited_ward, new_names.ward_code, old_names.ward_code) = wards.ward_code
ORDER BY
    wards.ward_code NULLS LAST,
    coalesce(told.after_document_id, told.before_document_id) NULLS LAST,
    told.table_name,
    CASE told.kind WHEN 'changed' THEN 1 WHEN 'added' THEN 2 ELSE 3 END,
    coalesce(told.after_line, told.before_line),
    told.row_id,
    told.column_place
