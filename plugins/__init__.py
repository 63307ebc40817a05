"""Pelican plugins, one folder each, all of one shape: a `STAGE`, `outputs(request)` and `register()`."""
