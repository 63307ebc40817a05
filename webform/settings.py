"""The service's settings, from the environment, checked before anything starts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from kim.errors import KimError
from webform.forges.base import check_branch
from webform.forges.kinds import KINDS


@dataclass(frozen=True)
class Settings:
    """`address` is the form's own, as phones see it; `state` the folder of the outbox.

    `repository` is a folder for the forge `local`, else the project's web address. `proxies` are the
    addresses whose word on a sender's address is taken. `poll` is how often the forge is asked.
    """

    address: str
    state: Path
    forge: str
    repository: str
    user: str
    token: str
    base: str
    folder: str
    host: str
    port: int
    proxies: str
    poll: timedelta
    kept: timedelta

    @property
    def hosts(self) -> frozenset[str]:
        """What a request's Host may be: the public one, or loopback where a proxy or a check asks."""
        parts = urlsplit(self.address)
        own = {parts.netloc.lower(), (parts.hostname or "").lower()}
        local = {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        return frozenset(own | local)


#: every variable, and what it is where it is not set
DEFAULTS = {
    "KIM_FORM_ADDRESS": "",
    "KIM_FORM_STATE": "",
    "KIM_FORM_FORGE": "local",
    "KIM_FORM_REPO": "",
    "KIM_FORM_USER": "",
    "KIM_FORM_TOKEN_FILE": "",
    "KIM_FORM_BASE": "main",
    "KIM_FORM_CONTENT": "content",
    "KIM_FORM_HOST": "127.0.0.1",
    "KIM_FORM_PORT": "8001",
    "KIM_FORM_PROXIES": "",
    "KIM_FORM_POLL": "60",
    "KIM_FORM_KEPT_DAYS": "30",
}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings. Raises `KimError` that names every fault at once."""
    faults: list[str] = []
    known = {name: environment.get(name, "").strip() or default for name, default in DEFAULTS.items()}
    strange = sorted(name for name in environment if name.startswith("KIM_FORM_") and name not in DEFAULTS)
    faults += [f"{name} is no setting; there are: {', '.join(DEFAULTS)}" for name in strange]

    def take(name: str, is_good: Callable[[str], object], wanted: str) -> str:
        if not is_good(known[name]):
            faults.append(f"{name} is {known[name]!r}; wanted: {wanted}")
        return known[name]

    port = take("KIM_FORM_PORT", lambda text: text.isdecimal() and 0 < int(text) < 65536, "a port")
    poll = take("KIM_FORM_POLL", lambda text: re.fullmatch(r"[0-9]{1,5}", text) and int(text), "seconds")
    kept = take("KIM_FORM_KEPT_DAYS", lambda text: re.fullmatch(r"[0-9]{1,4}", text) and int(text), "days")
    forge = take("KIM_FORM_FORGE", lambda text: text in KINDS, f"one of {', '.join(KINDS)}")
    repository = take("KIM_FORM_REPO", bool, "a bare repository, or the project's address")
    if forge == "local":
        take("KIM_FORM_REPO", lambda text: not text or Path(text).is_dir(), "the folder of a bare repository")
    elif forge in KINDS:
        take("KIM_FORM_REPO", _is_project, "the project's address, https://HOST/OWNER/NAME")
        take("KIM_FORM_USER", bool, "the name of the service's own user on the forge")
        take("KIM_FORM_TOKEN_FILE", lambda text: text and Path(text).is_file(), "a file that holds the token")
    take("KIM_FORM_BASE", _is_branch, "a branch")
    take("KIM_FORM_CONTENT", lambda text: re.fullmatch(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*", text), "a folder")
    take("KIM_FORM_HOST", lambda text: re.fullmatch(r"[0-9A-Za-z.:-]+", text), "an address of this machine")
    take("KIM_FORM_PROXIES", lambda text: re.fullmatch(r"[0-9A-Fa-f.:,/ ]*", text), "addresses with commas")
    take("KIM_FORM_STATE", bool, "the folder of the outbox")
    address = known["KIM_FORM_ADDRESS"] or f"http://{known['KIM_FORM_HOST']}:{port}/"
    if not _is_address(address):
        faults.append(f"KIM_FORM_ADDRESS is {address!r}; wanted: https://HOST/ (http only on loopback)")
    if faults:
        raise KimError("The form cannot start:\n" + "\n".join(f"  {fault}" for fault in faults))
    token = Path(known["KIM_FORM_TOKEN_FILE"]).read_text().strip() if known["KIM_FORM_TOKEN_FILE"] else ""
    return Settings(
        address=address,
        state=Path(known["KIM_FORM_STATE"]),
        forge=forge,
        repository=repository,
        user=known["KIM_FORM_USER"],
        token=token,
        base=known["KIM_FORM_BASE"],
        folder=known["KIM_FORM_CONTENT"],
        host=known["KIM_FORM_HOST"],
        port=int(port),
        proxies=known["KIM_FORM_PROXIES"],
        poll=timedelta(seconds=int(poll)),
        kept=timedelta(days=int(kept)),
    )


def _is_branch(text: str) -> bool:
    try:
        check_branch(text)
    except ValueError:
        return False
    return True


def _is_project(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.path.count("/") >= 2


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    is_local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    return (
        bool(parts.hostname)
        and parts.path == "/"
        and (parts.scheme == "https" or (parts.scheme == "http" and is_local))
    )
