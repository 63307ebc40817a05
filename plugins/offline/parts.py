"""What lets the portal be read without a network, and kept on a phone as an app: the worker that keeps what
was read, the manifest and its icons. The page that lists what was kept is made with the other pages.
"""

from collections.abc import Iterator

from kim.addresses import MANIFEST, OFFLINE, WORKER, page_file
from kim.colours import readable_scheme
from kim.folder import digest_bytes
from plugins.offline.icons import draw_icon
from plugins.offline.manifest import plan_manifest, write_manifest
from plugins.offline.worker import WorkerInputs, withdrawn_inputs, worker_inputs, write_worker
from plugins.portal.output import Output, Request

#: Beside those that the manifest names: where iPhones look for theirs, without being told.
_APPLE = ("apple-touch-icon.png", 180)


def state_parts(request: Request) -> Iterator[Output]:
    """The worker, or its last version where it was withdrawn; the manifest; the icons."""
    network = request.site.network
    colours = readable_scheme(network.colours).light
    yield Output(WORKER[1:], "worker", _worker(request), write_worker)
    manifest = plan_manifest(network)
    yield Output(MANIFEST[1:], "manifest", manifest, write_manifest)
    for name, size in (*((icon.file, icon.size) for icon in manifest.icons), _APPLE):
        yield Output(name, "icon", (colours, size), draw_icon)


def _worker(request: Request) -> WorkerInputs:
    static = request.theme / "static"
    if request.options.offline:
        return worker_inputs(static, digest_bytes(request.documents.load(page_file(OFFLINE))))
    return withdrawn_inputs(static)
