"""Which code this is: what is remembered or made by another machine counts only under the same version."""

import platform
from functools import cache
from importlib.metadata import version as package_version
from pathlib import Path

import kim
import plugins
from kim.folder import digest_bytes
from plugins.portal.output import digest_inputs

#: The packages whose version changes what is written.
_PACKAGES = (
    *("Markdown", "nh3", "feedgen", "lxml", "pillow"),
    *("Jinja2", "msgspec", "rcssmin", "rjsmin", "zxing-cpp", "snowballstemmer", "Brotli"),
)


def code_version() -> str:
    """The digest of all code that reads or makes anything: ours by its bytes, packages by their version."""
    return digest_inputs(code_facts())


def code_facts() -> dict[str, str]:
    """The same by name: `code`, `Python` and every package that changes what is written."""
    folders = [Path(str(package.__file__)).parent for package in (kim, plugins)]
    sources = [
        (file.relative_to(folder.parent).as_posix(), digest_bytes(file.read_bytes()))
        for folder in folders
        for file in sorted(folder.rglob("*.py"))
    ]
    packages = {name: package_version(name) for name in _PACKAGES}
    return {"code": digest_inputs(sources)[:16], "Python": platform.python_version(), **packages}


@cache
def machine_facts() -> dict[str, str]:
    """What two machines must have in common to make the same bytes; of the moment of the first call.

    Later changes of the files do not count: what a long-lived process has imported stays as it was.
    """
    from PIL import features

    codecs = {
        name: str(features.version(name)) for name in ("libjpeg_turbo", "webp", "avif", "zlib", "freetype2")
    }
    return {**code_facts(), "machine": f"{platform.system()} {platform.machine()}", **codecs}
