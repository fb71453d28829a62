"""The worked examples of ceiling_cases.yaml, by what they are examples of."""

from functools import cache
from pathlib import Path

import pytest
import yaml


@cache
def _groups():
    return yaml.safe_load(Path(__file__).with_name("ceiling_cases.yaml").read_text("utf-8"))


def cases(kind):
    """The examples of one kind, each a parameter of a test."""
    return [
        pytest.param(case, id=f"{group['group'].partition(' ')[0]} {case['id']}")
        for group in _groups()
        for case in group.get(kind, ())
    ]
