"""The description of the CSV files as a Frictionless Data Package (version 2): schemas, keys, units, sources."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.publishing.provenance import LICENCE_URL, PACKAGE, TERMS, Dataset, Source
from analysis.publishing.relations import Column, ForeignKey, Relation

DESCRIPTOR = "datapackage.json"

_PROFILES = "https://datapackage.org/profiles/2.0"

_TYPES = {
    "VARCHAR": "string",
    "ENUM": "string",
    "BOOLEAN": "boolean",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "DATE": "date",
}

_Json = dict[str, Any]


def data_package(relations: Sequence[Relation], dataset: Dataset, folder: Path) -> bytes:
    """Return the descriptor of a folder with a CSV file for each table.

    Every field has its type, the comment of its column, its unit where the comment states one, and those rules of the
    database that say something of single values; every table its keys. The same tables give the same bytes.

    Args:
        relations: the tables; each is in `<table>.csv`.
        dataset: what is said of the data as a whole.
        folder: where the files are.
    """
    package = {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": PACKAGE,
        "title": dataset.title,
        "description": f"{dataset.title}. {TERMS}",
        "version": dataset.version,
        "citation": dataset.citation,
        "build": dict(dataset.build),
        "keywords": list(dataset.keywords),
        "licenses": [{"name": dataset.licence, "path": LICENCE_URL}],
        "contributors": [{"title": dataset.authors, "roles": ["author"]}],
        "sources": [_source(source) for source in dataset.sources],
        "resources": [_resource(relation, folder / f"{relation.name}.csv") for relation in relations],
    }
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()


def _source(source: Source) -> _Json:
    """Return a source: its titles and what else is known of it, in the words of the database."""
    described = {
        "name": source.name,
        "title": source.title_ja,
        "titleEn": source.title_en,
        "publisher": source.publisher_ja,
        "publisherEn": source.publisher_en,
        "published": source.published_ja,
        "fileName": source.file_name,
        "sha256": source.sha256,
        "originalFileName": source.original_file_name,
        "originalSha256": source.original_sha256,
        "description": source.transcription,
    }
    return {key: value for key, value in described.items() if value is not None}


def _resource(relation: Relation, file: Path) -> _Json:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {
        "$schema": f"{_PROFILES}/dataresource.json",
        "name": relation.name,
        "type": "table",
        "path": file.name,
        "description": relation.comment,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{digest}",
        "dialect": {"lineTerminator": "\n"},
        "schema": _schema(relation),
    }


def _schema(relation: Relation) -> _Json:
    schema: _Json = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(column) for column in relation.columns],
        "missingValues": [""],
        "primaryKey": list(relation.primary_key),
    }
    if relation.unique_keys:
        schema["uniqueKeys"] = [list(key) for key in relation.unique_keys]
    if relation.foreign_keys:
        schema["foreignKeys"] = [_foreign_key(key, relation) for key in relation.foreign_keys]
    return schema


def _field(column: Column) -> _Json:
    field: _Json = {"name": column.name, "type": _TYPES[column.data_type], "description": column.comment}
    if column.unit:
        field["unit"] = column.unit
    if column.data_type == "BOOLEAN":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    if constraints := _constraints(column):
        field["constraints"] = constraints
    return field


def _constraints(column: Column) -> _Json:
    rule = column.rule
    constraints = {
        "required": column.is_required or None,
        "unique": column.is_unique or None,
        "enum": list(rule.values) or None,
        "pattern": rule.pattern,
        "minimum": rule.minimum,
        "maximum": rule.maximum,
        "exclusiveMinimum": rule.exclusive_minimum,
        "exclusiveMaximum": rule.exclusive_maximum,
    }
    return {key: value for key, value in constraints.items() if value is not None}


def _foreign_key(key: ForeignKey, relation: Relation) -> _Json:
    """Return a foreign key; one that refers to its own table does not name it, as version 2 has it."""
    reference: _Json = {"fields": list(key.referenced)}
    if key.table != relation.name:
        reference = {"resource": key.table, **reference}
    return {"fields": list(key.columns), "reference": reference}
