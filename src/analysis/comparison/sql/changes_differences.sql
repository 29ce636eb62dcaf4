-- What changes_of_table.sql fills.
CREATE TEMP TABLE differences (
    table_name VARCHAR,
    row_id VARCHAR,
    kind VARCHAR,
    column_place INTEGER,
    column_name VARCHAR,
    target VARCHAR,
    before VARCHAR,
    after VARCHAR,
    ward VARCHAR,
    old_document VARCHAR,
    new_document VARCHAR,
    old_citation VARCHAR,
    new_citation VARCHAR
)
