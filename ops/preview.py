"""`invoke preview`: posts as their readers will see them, each as one HTML file that asks for nothing.

A small content folder with only these posts is built by the portal's own templates; then photos go inline,
links become whole addresses, and scripts and feeds fall away. So an editor can open the file on a phone.
"""

import base64
import mimetypes
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path, PurePosixPath

from kim.addresses import absolute, folder_address, href, page_file
from kim.changes import read_changes
from kim.errors import KimError
from kim.folder import GroupEntry, PostEntry, load_file, scan_content
from kim.frontmatter import Document, dump_document, parse_document
from kim.load import require_network
from kim.network import NETWORK_FILE, VILLAGES_FILE, Network
from kim.text import UnknownEncodingError, decode
from ops.build import build_command

#: later than any post: one that waits for its date is shown, too
_NOW = "2098-12-31T12:00:00+00:00"
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_NOTE = (
    '<p role="note" style="margin:0;padding:10px 16px;background:var(--b);color:#fff;font-weight:600">'
    "Pratinjau, belum terbit.</p>"
)


@dataclass(frozen=True)
class Preview:
    """A post's path below content/, its name, and its page as one file."""

    path: str
    name: str
    html: str


def preview_posts(root: Path, content: Path, paths: Iterable[str]) -> Iterator[Preview]:
    """The previews of posts, by the paths of their texts below content/. Raises `KimError`.

    `root` is the project's folder. A post that breaks a rule has no page and therefore no preview: after the
    others that is what is raised.
    """
    scanned = scan_content(content)
    network = require_network(partial(load_file, content), scanned)
    wanted = set(paths)
    chosen = [(group, post) for group in scanned.groups for post in group.posts if post.text.path in wanted]
    missing = wanted - {post.text.path for _, post in chosen}
    if missing:
        raise KimError(f"{', '.join(sorted(missing))}: no post lies there.")
    if not chosen:
        return
    with tempfile.TemporaryDirectory(prefix="kim-preview-") as folder:
        work = Path(folder)
        _copy(content, work / "content", chosen)
        words = _build(root, work)
        held: list[str] = []
        for group, post in chosen:
            address = folder_address(f"{group.folder}/{post.stem}")
            page = work / "site" / page_file(address)
            if not page.is_file():
                held.append(post.text.path)
                continue
            html = inline_page(page.read_text(encoding="utf-8"), work / "site", network)
            yield Preview(post.text.path, f"{group.folder.replace('/', '-')}-{post.stem}.html", html)
        if held:
            raise KimError(f"{', '.join(held)} cannot be shown before its problems are mended.\n\n{words}")


def changed_posts(content: Path, base: str) -> tuple[str, ...]:
    """The posts that changed since a git revision, by the paths of their texts. Raises `KimError`."""
    changed = [PurePosixPath(change.path) for change in read_changes(content, base)]
    return tuple(
        post.text.path
        for group in scan_content(content).groups
        for post in group.posts
        if any(_belongs(post, path) for path in changed)
    )


def post_at(content: Path, given: str) -> str:
    """The post that a path means: its text, or its folder. Raises `KimError`."""
    for start in (Path.cwd(), content):
        path = (start / given).absolute()
        if path.is_dir() and (path / "index.md").is_file():
            path /= "index.md"
        if path.is_file() and path.is_relative_to(content.absolute()):
            return path.relative_to(content.absolute()).as_posix()
    raise KimError(f"There is no post at {given}.")


def write_previews(previews: Iterable[Preview], folder: Path) -> Iterator[Path]:
    """Write each into the folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for preview in previews:
        file = folder / preview.name
        file.write_text(preview.html, encoding="utf-8")
        yield file


def inline_page(html: str, site: Path, network: Network) -> str:
    """A page of the portal as one file: photos as `data:`, links whole, nothing that asks for more."""
    start = href(network.address, "/")
    html = re.sub(r"<link\b(?![^>]*href=\"data:)[^>]*>\n?", "", html)
    html = re.sub(r'<meta property="og:[^>]*>\n?', "", html)
    # the page's own policy knows the note's style as little as the photos inside
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>\n?', "", html)
    html = re.sub(r"<script\b.*?</script>\n?", "", html, flags=re.DOTALL)
    html = re.sub(r"<source\b[^>]*>\n?", "", html)
    html = html.replace("<details>", "<details open>")
    html = re.sub(
        r"<(?:img|a|form)\b[^>]*>", lambda tag: _inline_tag(tag[0], start, site, network.address), html
    )
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="robots" content="noindex">\n'
    )
    html = html.replace('<meta charset="utf-8">\n', f'<meta charset="utf-8">\n{head}', 1)
    return re.sub(r"(<body[^>]*>\n?)?(<header)", rf"\1{_NOTE}\n\2", html, count=1)


def _inline_tag(tag: str, start: str, site: Path, address: str) -> str:
    """An image, link or form that asks the portal for nothing; `start` is the portal's path on its host."""
    tag = re.sub(r' (?:srcset|sizes|loading|data-[a-z-]+)="[^"]*"', "", tag)
    tag = re.sub(r' src="([^"]+)"', lambda src: f' src="{_data(site, src[1].removeprefix(start))}"', tag)
    whole = escape(absolute(address, "/"))
    return re.sub(rf' (href|action)="{re.escape(start)}', rf' \1="{whole}', tag)


def _data(site: Path, path: str) -> str:
    file = (site / path).resolve()
    if path.startswith("data:") or not file.is_relative_to(site.resolve()) or not file.is_file():
        return "data:,"
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"


def _belongs(post: PostEntry, changed: PurePosixPath) -> bool:
    text = PurePosixPath(post.text.path)
    return changed == text or (bool(post.files) and changed.parent == text.parent)


def _copy(content: Path, target: Path, chosen: Sequence[tuple[GroupEntry, PostEntry]]) -> None:
    """The network, the groups' settings and the posts; a draft becomes one that is shown."""
    settings = {group.settings.path for group, _ in chosen if group.settings}
    for path in (NETWORK_FILE, VILLAGES_FILE, *sorted(settings)):
        _write(target / path, load_file(content, path))
    for _, post in chosen:
        for file in post.files:
            _write(target / file.path, load_file(content, file.path))
        _write(target / post.text.path, _shown(load_file(content, post.text.path)))


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def _shown(data: bytes) -> bytes:
    try:
        document = parse_document(decode(data)[0])
    except UnknownEncodingError:
        return data
    if not any(field.key.lower() == "status" for field in document.fields):
        return data
    fields = tuple(field for field in document.fields if field.key.lower() != "status")
    return dump_document(Document(fields, document.body, 0)).encode()


def _build(root: Path, work: Path) -> str:
    """Build the small folder; what the build said."""
    command = build_command(root, str(work / "content"), str(work / "site"))
    command += ["-e", f'KIM_NOW="{_NOW}"', "KIM_COMPRESS=false", "--cache-path", str(work / "cache")]
    done = subprocess.run([sys.executable, *command], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise KimError(f"The preview cannot be built:\n{done.stdout}{done.stderr}")
    return (done.stdout + done.stderr).strip()
