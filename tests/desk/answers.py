"""An answer of a hub for tests that ask none: of the patient of `a_covered_patient`."""

from datetime import date

import msgspec

from kaihoken.coverage import Answer


def an_answer(
    situation: str = "valid",
    validity: str = "1",
    share: int = 30,
    subsidies: tuple[object, ...] = (),
    kind: str = "number",
    results: tuple[object, ...] | None = None,
    differences: tuple[object, ...] = (),
    **result: object,
) -> Answer:
    """With other facts of its first result, by their names."""
    who = {
        "insurer_number": "01130012",
        "symbol": "12-34",
        "number": "56",
        "branch": "01",
        "name": "山田　太郎",
        "kana": "ﾔﾏﾀﾞ ﾀﾛｳ",
    }
    return msgspec.convert(
        {
            "on": date(2026, 11, 20),
            "kind": kind,
            "situation": situation,
            "validity": validity,
            "words": {"title": "有効", "staff": "", "patient": ""},
            "share": {"kind": "value", "basis": "", "text": f"{share}%", "percent": share},
            "steps": (),
            "results": ({**who, **result},) if results is None else results,
            "subsidies": subsidies,
            "differences": differences,
            "language": "ja",
            "rules": "",
        },
        Answer,
    )
