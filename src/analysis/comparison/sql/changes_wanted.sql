-- The rows whose subject is told: those that differ, and those that a changed value names.
CREATE TEMP TABLE wanted AS
SELECT DISTINCT table_name, row_id FROM differences
UNION
SELECT target, unnest([before, after]) FROM differences WHERE target IS NOT NULL
