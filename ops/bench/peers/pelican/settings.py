"""Plain Pelican's settings for the benchmark: our sections, groups, labels, months and page sizes.

Everything else is as Pelican comes. Content, output and theme are given on the command line.
"""

SITENAME = "KIM Bangku Uji"
SITEURL = "https://kim-bangku.example"
TIMEZONE = "Asia/Makassar"
DEFAULT_LANG = "id"
DEFAULT_DATE_FORMAT = "%d-%m-%Y"
THEME_STATIC_PATHS: list[str] = []
STATIC_PATHS: list[str] = []
PAGE_PATHS: list[str] = []

ARTICLE_URL = "{category}/{author}/{slug}/"
ARTICLE_SAVE_AS = "{category}/{author}/{slug}/index.html"
SLUGIFY_SOURCE = "basename"
CATEGORY_URL, CATEGORY_SAVE_AS = "{slug}/", "{slug}/index.html"
AUTHOR_URL, AUTHOR_SAVE_AS = "kim/{slug}/", "kim/{slug}/index.html"
TAG_URL, TAG_SAVE_AS = "label/{slug}/", "label/{slug}/index.html"
MONTH_ARCHIVE_URL, MONTH_ARCHIVE_SAVE_AS = (
    "arsip/{date:%Y}/{date:%m}/",
    "arsip/{date:%Y}/{date:%m}/index.html",
)
DIRECT_TEMPLATES = ["index"]

DEFAULT_PAGINATION = 10
PAGINATED_TEMPLATES = dict.fromkeys(("index", "category", "author", "tag", "period_archives"))
PAGINATION_PATTERNS = [
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/hal/{number}/", "{base_name}/hal/{number}/index.html"),
]

FEED_ALL_ATOM = "atom.xml"
CATEGORY_FEED_ATOM = "{slug}/atom.xml"
AUTHOR_FEED_ATOM = "kim/{slug}/atom.xml"
AUTHOR_FEED_RSS = None
TRANSLATION_FEED_ATOM = None
FEED_MAX_ITEMS = 20
