-- The tables that both builds have, by name: the key, the columns that both have, and the tables that single columns
-- refer to.
WITH
shared_columns AS (
    SELECT new.table_name, new.column_index, new.column_name
    FROM duckdb_columns() AS new
    JOIN duckdb_columns() AS old USING (table_name, column_name)
    WHERE new.database_name = 'after' AND old.database_name = 'before'
),

constraints AS (
    SELECT table_name, constraint_type, constraint_column_names, referenced_table
    FROM duckdb_constraints()
    WHERE database_name = 'after'
),

tables AS (
    SELECT
        table_name,
        list(column_name ORDER BY column_index) AS column_names
    FROM shared_columns
    GROUP BY ALL
),

reference_lists AS (
    SELECT
        table_name,
        list(
            {'column': constraint_column_names[1], 'table': referenced_table} ORDER BY constraint_column_names[1]
        ) AS targets
    FROM constraints
    WHERE constraint_type = 'FOREIGN KEY' AND len(constraint_column_names) = 1
    GROUP BY ALL
)

SELECT
    tables.table_name,
    constraints.constraint_column_names AS key_names,
    tables.column_names,
    coalesce(reference_lists.targets, []) AS targets
FROM tables
JOIN constraints ON tables.table_name = constraints.table_name AND constraints.constraint_type = 'PRIMARY KEY'
LEFT JOIN reference_lists ON tables.table_name = reference_lists.table_name
-- What the build derives from other tables changes with those.
WHERE tables.table_name NOT IN (
    SELECT table_name FROM duckdb_tables() WHERE database_name = 'after' AND starts_with(comment, 'Derived: ')
)
ORDER BY tables.table_name
