"""The worked examples of 高額療養費 and its printed tables, by what they are examples of."""

from functools import cache
from pathlib import Path

import pytest
import yaml


@cache
def _groups():
    files = (Path(__file__).with_name(f"{name}.yaml") for name in ("ceiling_cases", "ceiling_table_cases"))
    return [group for file in files for group in yaml.safe_load(file.read_text("utf-8"))]


def cases(kind):
    """The examples of one kind, each a parameter of a test."""
    return [
        pytest.param(case, id=f"{group['group'].partition(' ')[0]} {case['id']}")
        for group in _groups()
        for case in group.get(kind, ())
    ]
