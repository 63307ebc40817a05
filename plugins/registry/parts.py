"""What programs ask first: `feeds.opml` with all feeds, and `network.json` with who is who and where.

Neither names a time of its own: their bytes change when the network or its news do.
"""

from collections.abc import Iterator

from kim.addresses import OPML_FILE, REGISTRY_FILE, REGISTRY_SCHEMA_FILE, absolute
from plugins.portal.output import Output, Request
from plugins.registry.opml import plan_opml, write_opml
from plugins.registry.plan import plan_registry
from plugins.registry.write import write_registry, write_schema


def state_parts(request: Request) -> Iterator[Output]:
    """The list of feeds, the registry, and the schema that it keeps."""
    site = request.site
    yield Output(OPML_FILE, "opml", plan_opml(site), write_opml)
    yield Output(REGISTRY_FILE, "registry", plan_registry(site), write_registry)
    schema = absolute(site.network.address, f"/{REGISTRY_SCHEMA_FILE}")
    yield Output(REGISTRY_SCHEMA_FILE, "schema", schema, write_schema)
