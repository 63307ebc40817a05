"""Tests of the share cards."""
