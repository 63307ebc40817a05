"""Pelican's settings. What is said of one network stands in its network.toml, not here."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:  # `pelican` may be called from any folder
    sys.path.insert(0, str(ROOT))

from plugins import (  # noqa: E402
    cards,
    codes,
    feeds,
    files,
    offline,
    pages,
    photos,
    portal,
    redirects,
    registry,
    search,
    sitemap,
)

PATH = str(ROOT / "content")
OUTPUT_PATH = str(ROOT / "output")
THEME = str(ROOT / "theme")
CACHE_PATH = str(ROOT / ".cache")

# Modules, not names: a plugin that cannot be imported then fails the build instead of thinning the site.
PLUGINS = [portal, photos, cards, codes, files, pages, feeds, redirects, registry, search, sitemap, offline]
KIM_PLUGINS = list(PLUGINS)

# Posts on a listing's page: the first shows from this many to twice as many less one.
KIM_PAGE_SIZE = 10
# Items in a feed.
KIM_FEED_SIZE = 20

# Whether every post and section gets a share card, the picture that WhatsApp shows with its address.
KIM_CARDS = True

# Where the portal will stand, if not at the address in network.toml.
KIM_ADDRESS = ""

# Whether the portal can be read offline; off, it also cleans up in the browsers that kept it.
KIM_OFFLINE = True

# Whether a build trusts no file's time: every byte of the content and of the site is read again.
KIM_VERIFY = False

# Whether every text file gets its .br and .gz beside it.
KIM_COMPRESS = True
# How hard brotli tries, 1 to 11: half a millisecond a page at 5, and 25 for the last tenth at 11.
KIM_BROTLI = 5

# Who does long work: "" or "local" is all cores of this machine, "local:1" one process, "dask://scheduler:8786"
# the machines of a Dask cluster. From the environment, so that a machine may say it for many networks.
KIM_EXECUTOR = os.environ.get("KIM_EXECUTOR", "")

# Pelican's own generators get nothing to do: every file is an Output of ours.
SITENAME = "KIM"
TIMEZONE = "UTC"
DEFAULT_LANG = "id"
READERS = {"rst": None, "html": None}
ARTICLE_PATHS: list[str] = []
PAGE_PATHS: list[str] = []
STATIC_PATHS: list[str] = []
THEME_STATIC_PATHS: list[str] = []
DIRECT_TEMPLATES: list[str] = []
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
LOAD_CONTENT_CACHE = True
