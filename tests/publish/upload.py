"""One publish of a built folder, as a process of its own that a test may kill: `python -m tests.publish.upload`."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from ops.publish import cited_assets
from ops.publish.published import open_published, open_remote
from ops.publish.releases import publish_release
from ops.publish.remote import send
from ops.publish.targets import Target
from ops.publish.transfer import plan_transfer, read_tree


def upload(target: Target, built: Path, extra: Path) -> None:
    """Bring the target up to date with a built folder."""
    published = open_published(target, Path("/"), os.environ)
    local = read_tree(built)
    transfer = plan_transfer(local, published.manifest, published.unsure, cited_assets(built, local))
    if target.kind == "folder":
        publish_release(Path(target.folder), built, transfer, extra, datetime.now(UTC))
    else:
        remote = open_remote(target, os.environ)
        send(remote, built, transfer, published.unsure, extra, lambda count: None)


if __name__ == "__main__":
    values, built, extra = json.loads(sys.argv[1])
    print("begin", flush=True)
    upload(Target(**values), Path(built), Path(extra))
