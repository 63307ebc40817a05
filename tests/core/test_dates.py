"""Dates as volunteers write them."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim.dates import (
    DAYS,
    MONTHS,
    ZONES,
    DateError,
    Moment,
    format_day,
    format_day_short,
    format_iso,
    format_moment,
    parse_date,
)

WITA = ZONES["WITA"]
moments = st.builds(
    lambda at, zone, has_time: Moment(
        at.replace(
            hour=at.hour if has_time else 0,
            minute=at.minute if has_time else 0,
            second=0,
            microsecond=0,
            tzinfo=ZONES[zone],
        ),
        zone,
        has_time,
    ),
    st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)),
    st.sampled_from(sorted(ZONES)),
    st.booleans(),
)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05",
        "05/01/2026",
        "5/1/2026",
        "5-1-2026",
        "05.01.2026",
        "5 Januari 2026",
        "5 januari 2026",
        "5 Jan 2026",
        "Senin, 5 Januari 2026",
        "senin 05/01/2026",
        "  5   Januari\t2026 ",
    ],
)
def test_every_usual_form_is_the_fifth_of_january(text: str) -> None:
    assert parse_date(text, WITA) == Moment(datetime(2026, 1, 5, tzinfo=WITA), "WITA")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20 07.30",
        "2026-11-20 7:30",
        "2026-11-20T07:30:15",
        "20/11/2026 07.30",
        "20 November 2026, 07.30",
        "20 November 2026 pukul 07.30 WITA",
        "Jumat, 20 November 2026, jam 07.30 wita",
    ],
)
def test_time_of_day_is_read_in_the_networks_zone(text: str) -> None:
    assert parse_date(text, WITA) == Moment(datetime(2026, 11, 20, 7, 30, tzinfo=WITA), "WITA", has_time=True)


@pytest.mark.parametrize("word", ["Jumat", "Jum'at", "Jum’at", "jum'at"])
def test_friday_has_three_spellings_one_of_them_with_the_apostrophe_of_phones(word: str) -> None:
    assert parse_date(f"{word}, 20 November 2026", WITA).at.day == 20


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("1 Pebruari 2026", 2),
        ("1 Agt 2026", 8),
        ("1 Ags 2026", 8),
        ("1 Sept 2026", 9),
        ("1 Nopember 2026", 11),
    ],
)
def test_older_spellings_of_months_are_known(text: str, month: int) -> None:
    assert parse_date(text, WITA).at.month == month


@pytest.mark.parametrize(
    ("text", "reason", "detail"),
    [
        ("31 Februari 2026", "calendar", ""),
        ("2026-13-01", "calendar", ""),
        ("00/01/2026", "calendar", ""),
        ("29/02/2027", "calendar", ""),
        ("20 Nopembar 2026", "form", ""),
        ("20/11/26", "form", ""),
        ("besok", "form", ""),
        ("", "form", ""),
        ("2026-11-20 besok", "form", ""),
        ("20/11-2026", "form", ""),
        ("Friday, 20 November 2026", "form", ""),
        ("٢٠٢٦-١١-٢٠", "form", ""),
        ("2026-11-20 24.00", "clock", ""),
        ("2026-11-20 07.60", "clock", ""),
        ("Senin, 20 November 2026", "weekday", "Jumat"),
        ("2026-11-20 07.30 WIB", "zone", "WITA"),
        ("2206-11-20", "year", ""),
        ("0026-11-20", "year", ""),
    ],
)
def test_a_text_that_is_no_date_says_why(text: str, reason: str, detail: str) -> None:
    with pytest.raises(DateError) as raised:
        parse_date(text, WITA)
    assert (raised.value.reason, raised.value.detail) == (reason, detail)


@given(moments)
def test_what_format_moment_writes_parse_date_reads(moment: Moment) -> None:
    assert parse_date(format_moment(moment), ZONES[moment.zone]) == moment


@given(moments)
def test_what_format_iso_writes_parse_date_reads(moment: Moment) -> None:
    assert parse_date(format_iso(moment), ZONES[moment.zone]) == moment


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.sampled_from(sorted(ZONES)))
def test_long_and_short_days_are_read_back(day: date, zone: str) -> None:
    assert parse_date(format_day(day), ZONES[zone]).at.date() == day
    assert parse_date(format_day_short(day), ZONES[zone]).at.date() == day


@given(st.text(max_size=60))
def test_no_text_raises_anything_but_date_error(text: str) -> None:
    try:
        moment = parse_date(text, WITA)
    except DateError as fault:
        assert fault.reason in {"form", "calendar", "clock", "weekday", "zone", "year"}
    else:
        assert moment.at.tzinfo is WITA


def test_dates_are_written_in_indonesian_whatever_the_machines_locale() -> None:
    moment = Moment(datetime(2026, 1, 3, 7, 0, tzinfo=WITA), "WITA", has_time=True)
    assert format_moment(moment) == "Sabtu, 3 Januari 2026, 07.00 WITA"
    assert format_day_short(date(2026, 8, 17)) == "17 Agu 2026"
    assert format_iso(moment) == "2026-01-03 07.00"
    assert (len(MONTHS), len(DAYS)) == (12, 7)


def test_the_three_zones_are_an_hour_apart() -> None:
    offsets = [ZONES[name].utcoffset(None) for name in ("WIB", "WITA", "WIT")]
    assert offsets == [timedelta(hours=hours) for hours in (7, 8, 9)]
