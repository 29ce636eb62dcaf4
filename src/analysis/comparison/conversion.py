"""From levels to increments and back, for one series of one ward counted in one way."""

from collections.abc import Mapping

from analysis.errors import WardPlansError


def to_increments(levels: Mapping[int, float]) -> dict[int, float]:
    """Return what was added in each fiscal year, from the level at the end of each.

    Args:
        levels: by fiscal year without gaps, two or more, of one series without a break.

    Returns:
        The increment of each year but the first.

    Raises:
        WardPlansError: fewer than two years, or a year is missing between them.

    Example:
        >>> to_increments({2022: 5, 2023: 24})
        {2023: 19}
    """
    years = sorted(levels)
    if len(years) < 2:
        raise WardPlansError("increments need the levels of two fiscal years or more")
    _refuse_gaps(years)
    return {year: levels[year] - levels[year - 1] for year in years[1:]}


def to_levels(base: tuple[int, float], increments: Mapping[int, float]) -> dict[int, float]:
    """Return the level at the end of each fiscal year, from a known level and what was added each year after it.

    Args:
        base: the fiscal year of the known level, and the level.
        increments: by fiscal year, from the year after the base on without gaps, of the same series.

    Returns:
        The level of the base's year and of each year of the increments.

    Raises:
        WardPlansError: a year is missing between the base and the last increment, or an increment is not after it.

    Example:
        >>> to_levels((2022, 5), {2023: 19})
        {2022: 5, 2023: 24}
    """
    year, level = base
    _refuse_gaps(sorted({year, *increments}))
    if increments and min(increments) <= year:
        raise WardPlansError(f"the increment of {min(increments)} is already in the level of {year}")
    levels = {year: level}
    for later in sorted(increments):
        levels[later] = levels[later - 1] + increments[later]
    return levels


def _refuse_gaps(years: list[int]) -> None:
    missing = sorted(set(range(years[0], years[-1] + 1)) - set(years))
    if missing:
        raise WardPlansError(f"fiscal years are missing: {', '.join(map(str, missing))}")
