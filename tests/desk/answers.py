"""An answer of a hub for tests that ask none: of the patient of `a_covered_patient`."""

from datetime import date

import msgspec

from kaihoken.coverage import Answer


def an_answer(
    situation: str = "valid",
    validity: str = "1",
    share: int = 30,
    subsidies: tuple[object, ...] = (),
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
            "kind": "number",
            "situation": situation,
            "validity": validity,
            "words": {"title": "有効", "staff": "", "patient": ""},
            "share": {"kind": "value", "basis": "", "text": f"{share}%", "percent": share},
            "steps": (),
            "results": ({**who, **result},),
            "subsidies": subsidies,
            "language": "ja",
            "rules": "",
        },
        Answer,
    )
