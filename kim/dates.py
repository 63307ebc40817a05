"""Dates as Indonesians write them, in the country's three time zones.

Does not look at the clock and does not ask the operating system for a locale: names of days and months
stand here, so that a server without `id_ID` writes the same page.
"""

import re
from datetime import date, datetime, timedelta, timezone

from msgspec import Struct

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

#: The country has had no daylight saving time since 1950, so that a zone is its offset.
ZONES = {
    "WIB": timezone(timedelta(hours=7), "WIB"),
    "WITA": timezone(timedelta(hours=8), "WITA"),
    "WIT": timezone(timedelta(hours=9), "WIT"),
}
#: A year outside these is a slip of the finger (2206, 0026), not news.
FIRST_YEAR, LAST_YEAR = 1990, 2099

_MONTH_NUMBERS = {
    **{name.lower(): number for number, name in enumerate(MONTHS, 1)},
    **{name.lower()[:3]: number for number, name in enumerate(MONTHS, 1)},
    "pebruari": 2, "peb": 2, "agt": 8, "ags": 8, "sept": 9, "nopember": 11, "nop": 11,
}  # fmt: skip
_DAY_NUMBERS = {**{name.lower(): number for number, name in enumerate(DAYS)}, "jum'at": 4, "ahad": 6}

_DATE = re.compile(
    r"""
    (?: (?P<weekday> [A-Za-z']+ ) \s* ,? \s+ )?
    (?:
        (?P<iso_year> [0-9]{4} ) - (?P<iso_month> [0-9]{1,2} ) - (?P<iso_day> [0-9]{1,2} )
      | (?P<day> [0-9]{1,2} )
        (?: (?P<mark> [/.-] ) (?P<month> [0-9]{1,2} ) (?P=mark) | \s+ (?P<name> [A-Za-z]+ ) \s+ )
        (?P<year> [0-9]{4} )
    )
    (?: (?: \s*,\s* | \s+ | T ) (?: pukul \s+ | pkl\.? \s+ | jam \s+ )?
        (?P<hour> [0-9]{1,2} ) [.:] (?P<minute> [0-9]{2} ) (?: [.:] [0-9]{2} )?
        (?: \s* (?P<zone> WIB | WITA | WIT ) )?
    )?
    """,
    re.VERBOSE | re.IGNORECASE,
)


class DateError(ValueError):
    """A text that is no date: `reason` is `form`, `calendar`, `clock`, `weekday`, `zone` or `year`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        #: what the calendar says instead, where that helps: a day's name, a number of days
        self.detail = detail


class Moment(Struct, frozen=True, gc=False):
    """A point in time as its writer gave it: with or without the time of day, in the zone of this name."""

    at: datetime
    zone: str
    has_time: bool = False


def parse_date(text: str, zone: timezone) -> Moment:
    """Read `2026-11-20`, `20/11/2026` (always day/month) or `20 November 2026`, with or without `07.30`.

    A day's name before it and the zone's name behind it are accepted where they are true. Raises
    `DateError`.
    """
    match = _DATE.fullmatch(" ".join(text.replace("’", "'").split()))
    if match is None:
        raise DateError("form")
    part = match.groupdict()
    year, day = int(part["iso_year"] or part["year"]), int(part["iso_day"] or part["day"])
    if part["name"]:
        if part["name"].lower() not in _MONTH_NUMBERS:
            raise DateError("form")
        month = _MONTH_NUMBERS[part["name"].lower()]
    else:
        month = int(part["iso_month"] or part["month"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateError("year")
    try:
        moment = datetime(year, month, day, tzinfo=zone)
    except ValueError:
        raise DateError("calendar") from None
    _check_weekday(part["weekday"], moment)
    zone_name = zone.tzname(None)
    if part["zone"] and part["zone"].upper() != zone_name:
        raise DateError("zone", zone_name)
    if part["hour"] is None:
        return Moment(moment, zone_name)
    hour, minute = int(part["hour"]), int(part["minute"])
    if hour > 23 or minute > 59:
        raise DateError("clock")
    return Moment(moment.replace(hour=hour, minute=minute), zone_name, has_time=True)


def _check_weekday(word: str | None, moment: datetime) -> None:
    if word is None:
        return
    if word.lower() not in _DAY_NUMBERS:
        raise DateError("form")
    if _DAY_NUMBERS[word.lower()] != moment.weekday():
        raise DateError("weekday", DAYS[moment.weekday()])


def format_day(day: date) -> str:
    """`3 Januari 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def format_day_short(day: date) -> str:
    """`3 Jan 2026`, for rows where room is short."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def format_moment(moment: Moment) -> str:
    """`Sabtu, 3 Januari 2026, 07.00 WITA`; without the time of day where the writer gave none."""
    at = moment.at
    text = f"{DAYS[at.weekday()]}, {format_day(at)}"
    return f"{text}, {at.hour:02}.{at.minute:02} {moment.zone}" if moment.has_time else text


def format_iso(moment: Moment) -> str:
    """The machine's form of it, for front matter: `2026-01-03` or `2026-01-03 07.00`."""
    return f"{moment.at:%Y-%m-%d %H.%M}" if moment.has_time else f"{moment.at:%Y-%m-%d}"
