"""Photos on their way in: each is cleaned by `kim.photos` in a process of its own, one at a time.

The bytes are a stranger's and the decoders are written in C: what breaks one of them breaks a process that
holds nothing, sees no secret, and ends after a few seconds. Runs the process; its work is `webform.clean`.
"""

import hashlib
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from kim.errors import KimError
from kim.photos import NoPhotoError, PhotoBombError

MOST_BYTES = 15_000_000
MOST_PHOTOS = 5
MOST_IN_ALL = 40_000_000
#: seconds for one photo; a phone's takes less than one
_SECONDS = 40
_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class CleanPhoto:
    """A photo as the repository takes it, and a small square of it; `original` is the digest of what came."""

    original: str
    received: int
    suffix: str
    width: int
    height: int
    data: bytes
    thumbnail: bytes


class PhotoDesk:
    """Cleans photos, one at a time whoever asks."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    def clean(self, file: Path) -> CleanPhoto:
        """The photo in a file. Raises `NoPhotoError`, `PhotoBombError`."""
        with self._turn, file.open("rb") as source:
            try:
                done = subprocess.run(
                    [sys.executable, "-m", "webform.clean"],
                    stdin=source,
                    capture_output=True,
                    timeout=_SECONDS,
                    cwd=_ROOT,
                    env={"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "1"},
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise NoPhotoError("took too long") from None
        answer = done.stdout
        match answer[:1]:
            case b"P":
                width, height, size, suffix = struct.unpack(">III4s", answer[1:17])
                digest = hashlib.sha256()
                with file.open("rb") as source:
                    while block := source.read(1 << 20):
                        digest.update(block)
                return CleanPhoto(
                    digest.hexdigest(),
                    file.stat().st_size,
                    suffix.decode().strip(),
                    width,
                    height,
                    answer[17 : 17 + size],
                    answer[17 + size :],
                )
            case b"B":
                raise PhotoBombError(*struct.unpack(">QQ", answer[1:17]))
            case b"N":
                raise NoPhotoError
        if done.returncode > 0 and b"ModuleNotFoundError" in done.stderr:
            raise KimError(f"Photos cannot be cleaned: {done.stderr.decode(errors='replace')[-300:]}")
        raise NoPhotoError("the decoder broke")  # killed by a limit, or by what it was fed
