"""A month of daily builds with random edits: every aggregator ends with exactly what was published."""

import os
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ops.feeds_check import compare_feeds
from ops.feeds_read import open_source
from plugins.portal.output import Options
from tests.corpus import Corpus
from tests.readers.aggregators import all_aggregators
from tests.readers.live import put_address, serve
from tests.readers.newsroom import Newsroom
from tests.readers.test_readers import expected_items

FIRST_DAY = date(2026, 10, 20)


def test_after_a_month_every_aggregator_has_exactly_what_was_published(
    corpus: Corpus, tmp_path: Path
) -> None:
    corpus.add_group("kota/forum-kim", "99.01")
    corpus.settings = replace(corpus.settings, options=Options(feed_size=10), compress=False)
    newsroom, yesterday = Newsroom(corpus, seed=5), tmp_path / "yesterday"
    readers = all_aggregators(tmp_path)
    ever: set[tuple[str, str]] = set()
    identities: set[str] = set()
    with serve(corpus.output) as (address, answers):
        put_address(corpus.content, address)
        for number in range(30):
            today = FIRST_DAY + timedelta(days=number)
            newsroom.work(today)
            noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
            broken = newsroom.broken
            problems = corpus.build(now=noon).problems
            assert [problem.path for problem in problems] == ([broken.file] if broken else [])
            shown = expected_items(corpus.output, address)
            ever |= shown.keys()
            identities |= newsroom.published(today)
            if number:
                held = {f"{broken.group}/{broken.stem}/"} if broken else ()
                report = compare_feeds(open_source(str(yesterday)), open_source(str(corpus.output)), held)
                assert report.is_good, f"{today}: {report}"
                shutil.rmtree(yesterday)
            shutil.copytree(corpus.output, yesterday, copy_function=os.link)
            for aggregator in readers.values():
                if not number:
                    aggregator.subscribe(f"{address}feeds.opml")
                aggregator.poll()
    assert {identity for _, identity in ever} == identities
    assert set(newsroom.done) == {
        *("edit", "retitle", "correct", "rename", "withdraw", "finish", "break", "mend")
    }
    assert len(newsroom.stories) > 30
    assert not [path for path in answers if path.startswith("404")]
    for name, aggregator in readers.items():
        delivered = aggregator.deliveries()
        wanted = {("", identity) for identity in identities} if aggregator.is_one_heap else ever
        assert Counter((shelf, seen.identity) for shelf, seen in delivered) == Counter(wanted), name
        if aggregator.shows_changes:
            current = {(seen.identity, seen) for seen in shown.values()}
            newest = {
                (seen.identity, seen)
                for shelf, seen in delivered
                if (shelf, seen.identity) in shown
                or (aggregator.is_one_heap and _is_shown(seen.identity, shown))
            }
            assert newest == current, name


def _is_shown(identity: str, shown: dict[tuple[str, str], object]) -> bool:
    return identity in {name for _, name in shown}
