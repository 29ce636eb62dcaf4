"""Where in a document something could not be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.documents.text import RawDocument
from analysis.errors import WardPlansError
from analysis.reading.eras import BareYearError, UnparsableYearError
from analysis.reading.numerals import UnparsableNumberError


class LayoutGapError(WardPlansError):
    """Something printed that the descriptor's part on a layout does not provide for.

    `key` leads from the layout to where it would be provided for; `read_layout` says of which file and layout.
    """

    def __init__(self, problem: str, key: str, rest: str = "") -> None:
        super().__init__(f"{problem} (key {key} of the layout){rest}")
        self.problem = problem
        self.key = key
        self.rest = rest


def descriptor_path(document: RawDocument) -> Path:
    """Return the path of a document's descriptor."""
    return document.path.with_suffix(".yaml")


@contextmanager
def at_line(document: RawDocument, number: int) -> Iterator[None]:
    """Name file and line in the error of a year or number that cannot be read, and the key that may be lacking.

    Raises:
        WardPlansError: instead of `UnparsableYearError` and `UnparsableNumberError`.
    """
    try:
        yield
    except BareYearError as error:
        raise WardPlansError(
            f"{document.path}:{number}: {error}; or add the key era to {descriptor_path(document)} (era: 令和), if the "
            "document means one era by all such years"
        ) from error
    except (UnparsableYearError, UnparsableNumberError) as error:
        raise WardPlansError(f"{document.path}:{number}: {error}") from error
