-- What differs of one table between two builds: whole rows (column_name is NULL) and single values. What stands in
-- braces is written from the catalog: {table}; {row_id}, the key as text; {cells}, the compared columns as a list of texts;
-- {citations}, that of the row and then for each of these the one that shows it; {ward} and {document}, where the row
-- names them itself; the joins to the tables whose citations it takes. $columns are the names of the compared columns,
-- $targets the tables they refer to.
INSERT INTO differences
WITH
-- By digests first: of millions of rows that are the same, nothing else is kept.
others AS (
    SELECT coalesce(old.row_id, new.row_id) AS row_id
    FROM (SELECT {row_id} AS row_id, hash({cells}) AS digest FROM before.{table} AS entry) AS old
    FULL JOIN (SELECT {row_id} AS row_id, hash({cells}) AS digest FROM after.{table} AS entry) AS new
        ON old.row_id = new.row_id
    WHERE old.digest IS DISTINCT FROM new.digest
),

old AS (
    SELECT {row_id} AS row_id, {cells} AS cells, {citations} AS citations, {ward} AS ward, {document} AS document
    FROM before.{table} AS entry
    {joins_before}
    WHERE {row_id} IN (SELECT row_id FROM others)
),

new AS (
    SELECT {row_id} AS row_id, {cells} AS cells, {citations} AS citations, {ward} AS ward, {document} AS document
    FROM after.{table} AS entry
    {joins_after}
    WHERE {row_id} IN (SELECT row_id FROM others)
),

differing AS (
    SELECT
        coalesce(old.row_id, new.row_id) AS row_id,
        CASE WHEN old.row_id IS NULL THEN 'added' WHEN new.row_id IS NULL THEN 'removed' ELSE 'changed' END AS kind,
        old.cells AS old_cells,
        new.cells AS new_cells,
        old.citations AS old_citations,
        new.citations AS new_citations,
        coalesce(new.ward, old.ward) AS ward,
        old.document AS old_document,
        new.document AS new_document
    FROM old
    FULL JOIN new ON old.row_id = new.row_id
),

places AS (
    SELECT *, unnest(CASE kind WHEN 'changed' THEN range(1, len($columns) + 1) ELSE [0] END) AS place
    FROM differing
)

SELECT
    '{table}' AS table_name,
    row_id,
    kind,
    place AS column_place,
    CASE WHEN place > 0 THEN $columns[place] END AS column_name,
    CASE WHEN place > 0 THEN $targets[place] END AS target,
    CASE WHEN place > 0 THEN old_cells[place] END AS before,
    CASE WHEN place > 0 THEN new_cells[place] END AS after,
    ward,
    old_document,
    new_document,
    old_citations[place + 1] AS old_citation,
    new_citations[place + 1] AS new_citation
FROM places
WHERE place = 0 OR old_cells[place] IS DISTINCT FROM new_cells[place]
