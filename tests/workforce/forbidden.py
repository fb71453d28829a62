"""Words that do not stand beside the index: it says where doctors are relatively many or few, nothing else."""

import re

WORDS = re.compile("充足|不足|余剰|過剰|ワースト|配置|命令")
OFFICIAL = (
    "足下充足率",  # 専攻医シーリングの用語
)
"""Proper terms of the ministry in which such a word stands."""


def forbidden_in(text: str) -> list[str]:
    """Each such word of a text with what stands around it; official terms are left out."""
    for term in OFFICIAL:
        text = text.replace(term, "")
    return [text[max(0, found.start() - 12) : found.end() + 12] for found in WORDS.finditer(text)]
