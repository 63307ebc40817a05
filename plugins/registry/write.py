"""The registry and its schema as JSON, laid out to be read by people too."""

import msgspec

from plugins.registry.model import Registry

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def write_registry(registry: Registry) -> bytes:
    """`network.json`."""
    return msgspec.json.format(msgspec.json.encode(registry), indent=1) + b"\n"


def write_schema(address: str) -> bytes:
    """The JSON Schema (2020-12) of the registry, which stands at this address."""
    schema = {"$schema": DIALECT, "$id": address, **msgspec.json.schema(Registry)}
    return msgspec.json.format(msgspec.json.encode(schema), indent=1) + b"\n"
