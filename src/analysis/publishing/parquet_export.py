"""Parquet files: a file for each table and view, with types and comments."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.publishing.exported import Export
from analysis.publishing.relations import Column, Relation, batches

_TYPES = {
    "VARCHAR": pa.string(),
    "ENUM": pa.string(),
    "BOOLEAN": pa.bool_(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "DATE": pa.date32(),
}

_ROWS_OF_A_GROUP = 100_000


def write_parquet(export: Export, folder: Path) -> None:
    """Write each table and view to `<name>.parquet`, compressed by Zstandard.

    A column that always has a value is stored as required. Comment, unit and allowed values of a column are in the
    metadata of its Arrow field; those of all columns, as JSON under `columns`, and the comment of the table, under
    `comment`, in the metadata of the file, where readers without Arrow find them.
    """
    for relation in export.relations:
        export.begin(relation.name)
        schema = _schema(relation, export.dataset.citation)
        file = folder / f"{relation.name}.parquet"
        with file.open("wb") as sink, pq.ParquetWriter(sink, schema, compression="zstd") as writer:
            rows = (_typed(batch, schema) for batch in batches(export.connection, relation))
            for group in _groups(rows, schema):
                writer.write_table(group, row_group_size=_ROWS_OF_A_GROUP)


def _schema(relation: Relation, citation: str) -> pa.Schema:
    described = {column.name: _described(column) for column in relation.columns}
    fields = [
        pa.field(
            column.name,
            _TYPES[column.data_type],
            nullable=not column.is_required,
            metadata={key: _text(value) for key, value in described[column.name].items()},
        )
        for column in relation.columns
    ]
    metadata = {"comment": relation.comment, "columns": _text(described), "citation": citation}
    if relation.primary_key:
        metadata["primary_key"] = _text(relation.primary_key)
    return pa.schema(fields, metadata)


def _described(column: Column) -> dict[str, object]:
    described: dict[str, object] = {"comment": column.comment}
    if column.unit:
        described["unit"] = column.unit
    if column.rule.values:
        described["values"] = column.rule.values
    return described


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _typed(batch: pa.RecordBatch, schema: pa.Schema) -> pa.Table:
    columns = [column.cast(field.type) for column, field in zip(batch.columns, schema, strict=True)]
    return pa.Table.from_arrays(columns, schema=schema)


def _groups(parts: Iterable[pa.Table], schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the rows anew, as many at a time as make a row group, for the parts differ from run to run."""
    kept = schema.empty_table()
    for part in parts:
        kept = pa.concat_tables([kept, part])
        while kept.num_rows >= _ROWS_OF_A_GROUP:
            yield kept.slice(0, _ROWS_OF_A_GROUP)
            kept = kept.slice(_ROWS_OF_A_GROUP)
    if kept.num_rows:
        yield kept
