"""Paths that are no files: papermill's and DuckDB's own ways to object stores work as they do without this library."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import fsspec
import nbformat
import papermill
import pytest

import analysis
from analysis.documents.paths import notebooks_folder


class _Store(BaseHTTPRequestHandler):
    """Keeps what is put and gives it back, like the simplest of object stores."""

    objects: dict[str, bytes]

    def do_PUT(self) -> None:
        self.objects[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.end_headers()

    def do_GET(self) -> None:
        content = self.objects.get(self.path)
        self.send_response(404 if content is None else 200)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def store() -> Iterator[tuple[str, dict[str, bytes]]]:
    """Address of a store on this machine, and what lies in it."""
    handler = type("Store", (_Store,), {"objects": {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", handler.objects
        server.shutdown()


def test_papermill_runs_our_notebooks_from_a_store_and_into_it(store, built_database: Path) -> None:
    address, objects = store
    objects["/security_incidents.ipynb"] = (notebooks_folder() / "security_incidents.ipynb").read_bytes()
    papermill.execute_notebook(
        f"{address}/security_incidents.ipynb",
        f"{address}/executed.ipynb",
        parameters={"language": "en", "database": str(built_database)},
        progress_bar=False,
    )
    executed = nbformat.reads(objects["/executed.ipynb"].decode(), as_version=4)
    assert any(
        "text/markdown" in output.get("data", {}) for cell in executed.cells for output in cell.get("outputs", [])
    )


def test_the_functions_read_a_database_that_duckdb_attached_from_a_store(built_database: Path) -> None:
    store = fsspec.filesystem("memory")
    store.pipe("/bucket/wards.duckdb", built_database.read_bytes())
    with duckdb.connect(":memory:") as connection:
        connection.register_filesystem(store)
        connection.execute("ATTACH 'memory://bucket/wards.duckdb' AS wards (READ_ONLY)")
        connection.execute("USE wards")
        remote = analysis.compare("rpa_hours_saved", connection=connection)
    with analysis.open_database(built_database) as connection:
        local = analysis.compare("rpa_hours_saved", connection=connection)
    assert remote.equals(local)
    assert remote.height
