"""The curated DuckDB database: its schema, how it is built and how it is opened.

`schema.sql` declares tables, types, constraints and the meaning of every column; `views.sql` the views and
`macros.sql` the functions for people who write SQL; `checks.sql` the rules that no constraint of DuckDB can state.
`build` writes a database file from data frames, `connect` opens one read-only, and `sandbox` says what a query may do.
"""

SCHEMA_VERSION = "1"
"""The version of the tables' and columns' names: a renamed or dropped one is a new version."""
