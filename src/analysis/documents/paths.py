"""Where the parts of a checkout lie."""

from pathlib import Path

from analysis.errors import WardPlansError


def project_root() -> Path:
    """Return the checkout this package is installed from (an editable install, as the Makefile makes it).

    Raises:
        WardPlansError: the package was installed without its data; the message says how to install it.
    """
    root = Path(__file__).resolve().parents[3]
    if not (root / "data" / "reference").is_dir():
        raise WardPlansError(
            f"no data/reference folder above {Path(__file__).parent}: install the package from a checkout "
            "with `pip install -e .`, or run `make build`"
        )
    return root


def raw_folder() -> Path:
    """Return the folder of the raw documents and their descriptors."""
    return project_root() / "data" / "raw"


def reference_folder() -> Path:
    """Return the folder of the codebooks that people edit by hand."""
    return project_root() / "data" / "reference"


def database_path() -> Path:
    """Return the path of the curated database, whether or not it has been built."""
    return project_root() / "data" / "curated" / "wards.duckdb"


def notebooks_folder() -> Path:
    """Return the folder of the parameterised notebooks."""
    return project_root() / "notebooks"


def reports_folder() -> Path:
    """Return the folder the HTML reports are published to."""
    return project_root() / "reports"
