"""Times as a reader in Tokyo reads them, with the zone they are told in."""

from datetime import datetime, timedelta, timezone

from analysis.reporting.prose import Language, choose

#: Japan has had no summer time since 1951: no table of time zones is needed.
_JAPAN = timezone(timedelta(hours=9))


def shown_moment(at: datetime, language: Language) -> str:
    """Return a moment with its zone, to the minute.

    Example:
        >>> shown_moment(datetime(2026, 11, 21, 13, 15, tzinfo=UTC), "en")
        '2026-11-21 22:15 (Japan time, UTC+9)'
    """
    zone = choose(language, ja="日本時間、UTC+9", en="Japan time, UTC+9")
    return f"{at.astimezone(_JAPAN):%Y-%m-%d %H:%M} ({zone})"


def shown_clock(at: datetime) -> str:
    """Return a moment of Japan time, to the second, for a page that says so at its head."""
    return f"{at.astimezone(_JAPAN):%Y-%m-%d %H:%M:%S}"


def shown_duration(seconds: float, language: Language) -> str:
    """Return a length of time in the units that suit it.

    Example:
        >>> shown_duration(4.25, "en"), shown_duration(83.4, "en"), shown_duration(5025, "ja")
        ('4.3 s', '1 min 23 s', '1時間23分45秒')
    """
    if seconds < 60:
        return choose(language, ja=f"{seconds:.1f}秒", en=f"{seconds:.1f} s")
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return choose(language, ja=f"{minutes}分{rest}秒", en=f"{minutes} min {rest} s")
    hours, minutes = divmod(minutes, 60)
    return choose(language, ja=f"{hours}時間{minutes}分{rest}秒", en=f"{hours} h {minutes} min {rest} s")
