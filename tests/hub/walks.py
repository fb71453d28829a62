"""People in every situation that a question by number can meet, as registered and as asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .hub import FACILITY, a_row

Json = dict[str, Any]

LIMIT = {
    "classification": "01",
    "category": "A05",
    "issued": "2026-04-01",
    "valid_from": "2026-04-01",
    "valid_to": "2027-03-31",
    "long_term": "2026-09-01",
}
TICKET = {
    "ticket_type": "01",
    "month": "2026-11-01",
    "facility": FACILITY,
    "facility_name": "架空の診療所",
    "issue_number": "77",
    "valid_from": "2026-11-01",
    "valid_to": "2026-11-30",
    "treatment_type": "02",
    "self_pay_yen": 500,
    "single_or_combined": "01",
    "social_insurance": "02",
    "district_contact": "架空区福祉事務所",
}
FULL = {
    "insured_name": "山田　花子",
    "other_name": "ヤマダ　タロウ",
    "other_kana": "ﾔﾏﾀﾞ ﾀﾛｳ",
    "sex_other": "2",
    "postal_code": "100-0001",
    "address": "東京都架空区1-2-3",
    "issued": "2024-12-02",
    "valid_from": "2024-12-02",
    "valid_to": "2029-12-01",
    "limits": [LIMIT],
    "diseases": [{"category": "1", "valid_from": "2020-04-01", "monthly_limit_yen": 10000}],
}
WELFARE = {
    "insurer_number": "12138012",
    "symbol": "",
    "branch": "",
    "classification": "A1",
    "number": "7654321",
    "relation": "",
}
ELDERLY_OVER_75 = {
    "insurer_number": "39131156",
    "symbol": "",
    "branch": "",
    "number": "12345678",
    "relation": "",
    "birthdate": "1940-05-05",
    "acquired": "2015-05-05",
    "share_percent": 20,
}


@dataclass(frozen=True)
class Walk:
    """Somebody as registered, and what asking by the first row must come to."""

    rows: list[Json]
    situation: str
    validity: str
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()
    results: int = 1
    asked: Mapping[str, str] = field(default_factory=dict)


def person(number: str, *rows: Json) -> list[Json]:
    """Rows of one person of the builder's; all of them about 山田 太郎 unless said otherwise."""
    return [a_row(**{"link": f"link-{number}", "number": number, **row}) for row in rows]


WALKS = {
    "valid": Walk(
        person("101", FULL),
        "valid",
        "1",
        shows=("address", "issued", "sex_other"),
        hides=("limit", "diseases"),
    ),
    "valid with 限度額": Walk(
        person("102", FULL),
        "valid",
        "1",
        shows=("limit", "limit_consent"),
        hides=("diseases",),
        consents=("limit",),
    ),
    "限度額 agreed to but none there": Walk(
        person("103", {}), "valid", "1", shows=("limit_consent",), hides=("limit",), consents=("limit",)
    ),
    "国保": Walk(person("104", {**FULL, "insurer_number": "138057"}), "valid", "1", shows=("address",)),
    "ended": Walk(
        person("105", {**FULL, "lost": "2026-10-01", "loss_reason": "03"}),
        "ended",
        "2",
        shows=("lost", "loss_reason"),
        hides=("address", "limit"),
        consents=("limit",),
    ),
    "ended, a newer one exists": Walk(
        person(
            "106",
            {**FULL, "lost": "2026-10-01", "loss_reason": "03"},
            {"insurer_number": "06132013", "acquired": "2026-10-01", "number": "9106", "name": "新しい　姓"},
        ),
        "new-exists",
        "3",
        hides=("address",),
        results=1,
    ),
    "two that run, asked by the older": Walk(
        person("107", FULL, {"insurer_number": "06132013", "acquired": "2026-10-01", "number": "9107"}),
        "overlap",
        "3",
        hides=("address",),
    ),
    "not begun": Walk(
        person("108", {**FULL, "acquired": "2026-12-01"}), "not-started", "2", hides=("address",)
    ),
    "特別療養費": Walk(
        person("109", {**FULL, "insurer_number": "138057", "classification": "05"}),
        "special-expense",
        "1",
        shows=("address", "limit"),
        consents=("limit",),
    ),
    "医療扶助 with 医療券": Walk(
        person("110", {**FULL, **WELFARE, "number": "1234566", "tickets": [TICKET]}),
        "welfare-ticket",
        "1",
        shows=("tickets",),
        hides=("limit",),
        consents=("limit",),
    ),
    "医療扶助 without 医療券 here": Walk(
        person("111", {**WELFARE, "tickets": [{**TICKET, "facility": "1310112345"}]}),
        "welfare-unregistered",
        "6",
        hides=("tickets",),
    ),
    "後期高齢者": Walk(
        person("112", ELDERLY_OVER_75), "valid", "1", shows=("share_percent",), hides=("relation", "branch")
    ),
    "高齢受給者": Walk(
        person(
            "113",
            {
                "birthdate": "1954-03-03",
                "elderly": {"valid_from": "2026-08-01", "valid_to": "2027-07-31", "share_percent": 20},
            },
        ),
        "valid",
        "1",
        shows=("elderly",),
    ),
    "未就学": Walk(
        person("114", {"birthdate": "2023-05-05", "acquired": "2023-05-05", "relation": "2"}),
        "valid",
        "1",
        shows=("preschool",),
    ),
    "不開示": Walk(
        person("115", {**FULL, "non_disclosure": True}),
        "valid",
        "1",
        hides=("address", "postal_code"),
        consents=("limit",),
    ),
    "suspended": Walk(
        person("116", {**FULL, "match": "suspended-3"}), "suspended", "4", results=0, consents=("limit",)
    ),
    "suspended, medical information only": Walk(
        person("117", {**FULL, "match": "suspended-2"}), "valid", "1", shows=("address",)
    ),
    "pending": Walk(
        person("118", {**FULL, "match": "pending", "received": "2026-11-18"}), "pending", "4", results=0
    ),
    "nobody": Walk(person("119", FULL), "not-found", "4", results=0, asked={"birthdate": "1981-01-01"}),
    "twins": Walk(
        [
            *person("120", {"branch": "02", "relation": "2"}),
            a_row(link="link-120-b", number="120", branch="03", relation="2", name="山田　次郎"),
        ],
        "multiple",
        "5",
        results=0,
        asked={"branch": ""},
    ),
    "●": Walk(
        person("121", {**FULL, "name": "●田　健", "insured_name": "髙橋　●"}),
        "valid",
        "1",
        shows=("name_flagged",),
    ),
    "withdrawn": Walk(person("122", {**FULL, "withdrawn": True}), "not-found", "4", results=0),
}


def asked_of(walk: Walk) -> dict[str, str]:
    """The numbers of the walk's first row, as they are asked."""
    row = walk.rows[0]
    return {
        "insurer_number": str(row["insurer_number"]),
        "symbol": str(row["symbol"]),
        "number": str(row["number"]),
        "branch": str(row["branch"]),
        "birthdate": str(row["birthdate"]),
        **walk.asked,
    }


def for_oqs(asked: Mapping[str, str], consents: tuple[str, ...]) -> dict[str, str]:
    return {
        "insurer": asked["insurer_number"],
        "symbol": asked["symbol"],
        "number": asked["number"],
        "branch": asked["branch"],
        "birthdate": asked["birthdate"].replace("-", ""),
        "consent": "1" if "limit" in consents else "0",
    }
