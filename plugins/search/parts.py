"""The index that /cari/ searches: which posts have a word, and what is shown of a post among the results.

Nothing here is read by people. A build that finds the posts of a segment as they were does not load their
texts: what the segment's files hold is remembered by its digest.
"""

from collections.abc import Iterator, Sequence
from functools import partial

from kim.archive import labels_of
from kim.dates import MONTHS
from kim.post import Post, keys_of
from kim.search import CARDS, IndexPlan, Run, Segment, place_names, plan_index
from kim.site import Site, section_name
from kim.text import shorten
from plugins.portal.output import Bundle, Deferred, Output, Part, Request, digest_inputs
from plugins.search.cards import Card, write_cards
from plugins.search.postings import Block, Entry, SegmentIndex, split_blocks, write_shard

#: Characters of a summary among the results: two lines on a phone.
_SNIPPET = 110


def state_parts(request: Request) -> Iterator[Part | Bundle]:
    """The files of words and of cards."""
    site = request.site
    posts = site.posts[::-1]
    plan = plan_index(site.addresses[::-1])
    for segment in plan.segments:
        own = posts[segment.first : segment.first + segment.posts]
        inputs = (segment, keys_of(own))
        yield Part(f"search words {segment.first}", inputs, partial(_shards, request, segment, own))
    yield Bundle("search cards", keys_of(site.posts), partial(_card_parts, request, plan, posts))


def _shards(request: Request, segment: Segment, posts: Sequence[Post]) -> Iterator[Output]:
    index = SegmentIndex(tuple(_blocks(request, posts)), len(posts), segment.shards, request.recall)
    for number, shard in enumerate(index.digests()):
        yield Output(
            segment.file(number), "search-words", Deferred(shard, partial(index.shard, number)), write_shard
        )


def _blocks(request: Request, posts: Sequence[Post]) -> Iterator[Deferred[Block]]:
    """The posts in blocks; the digest of one covers all that its entries are made of."""
    site = request.site
    names = place_names(site.network)
    around = digest_inputs(site.network, site.groups)

    def load(own: Sequence[Post]) -> Block:
        return Block(names, tuple(_entry(request, post) for post in own))

    for own in split_blocks(posts):
        yield Deferred(f"{around} {keys_of(own)}", partial(load, own))


def _card_parts(request: Request, plan: IndexPlan, posts: Sequence[Post]) -> Iterator[Part]:
    for run in plan.runs:
        own = posts[run.first : run.first + run.posts]
        state = partial(_sheets, request.site, run, own)
        yield Part(f"search cards {run.first}", (run, keys_of(own)), state)


def _sheets(site: Site, run: Run, posts: Sequence[Post]) -> Iterator[Output]:
    for number in run.sheets:
        own = tuple(_card(site, post) for post in posts[number * CARDS : (number + 1) * CARDS])
        yield Output(run.file(number), "search-cards", own, write_cards)


def _entry(request: Request, post: Post) -> Entry:
    site, network = request.site, request.site.network
    group = site.group_of(post)
    day = post.published.at.date()
    photos = (post.lead, *post.photos)
    # A group of a whole kecamatan names no village, and its posts are about none of them in particular.
    codes = [code for code in post.villages or group.scope if code in network.villages]
    return Entry(
        title=post.title,
        names=(
            *(network.villages[code].name for code in codes),
            group.name,
            section_name(network, group.section),
            network.topics_by_slug[post.topic].name,
            *(label.name for label in labels_of(post)),
        ),
        texts=(
            post.summary,
            post.author,
            f"{MONTHS[day.month - 1]} {day.year}",
            *(photo.caption for photo in photos if photo),
        ),
        keys=(f"@{group.section}", f"#{post.topic}"),
        body=request.body(post),
    )


def _card(site: Site, post: Post) -> Card:
    return Card(
        address=post.address,
        title=post.title,
        voice=site.group_of(post).name,
        day=post.published.at.date().isoformat(),
        snippet=shorten(post.summary, _SNIPPET),
    )
