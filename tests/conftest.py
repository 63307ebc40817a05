"""Options that all tests share."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long `make soak` plays."""
    parser.addoption("--soak-rounds", type=int, default=300, help="random sequences in a soak run")
