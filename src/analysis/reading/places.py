"""Where in a document something could not be read."""

from collections.abc import Iterator
from contextlib import contextmanager

from analysis.documents.text import RawDocument
from analysis.errors import WardPlansError
from analysis.reading.eras import UnparsableYearError
from analysis.reading.numerals import UnparsableNumberError


@contextmanager
def at_line(document: RawDocument, number: int) -> Iterator[None]:
    """Name file and line in the error of a year or number that cannot be read.

    Raises:
        WardPlansError: instead of `UnparsableYearError` and `UnparsableNumberError`.
    """
    try:
        yield
    except (UnparsableYearError, UnparsableNumberError) as error:
        raise WardPlansError(f"{document.path}:{number}: {error}") from error
