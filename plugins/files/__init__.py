"""The PDFs that posts and pages link to, copied as they are to their place beside the page."""

from collections.abc import Iterator

from plugins.portal.output import Deferred, Output, Request, Stage

STAGE = Stage.DOCUMENTS


def outputs(request: Request) -> Iterator[Output]:
    """One file for each attachment."""
    for entry in request.site.texts:
        for attachment in entry.attachments:
            path = f"{entry.address[1:]}{attachment.name}"
            yield Output(path, "file", request.file(attachment.path, attachment.sha256), copy_file)


def register() -> None:
    """Nothing to connect: the engine asks for `outputs`."""


def copy_file(data: Deferred[bytes]) -> bytes:
    """The bytes as they are."""
    return data.load()
