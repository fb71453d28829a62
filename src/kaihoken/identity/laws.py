"""法別番号: the two digits in front that say under which law somebody pays.

Two lists: the laws of health insurance (with the scheme staff speak of) and the laws of public expense (公費).
市町村国保 and 国保組合 have no such digits. `confirmed` is False where no source was read for the name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal


class Scheme(StrEnum):
    """制度, as a reception desk groups the insurers. The value is the Japanese word."""

    NATIONAL_HEALTH = "国保"
    ASSOCIATION = "協会けんぽ"
    SEAMEN = "船員"
    DAY_LABOURERS = "日雇"
    SOCIETY = "組合"
    SELF_DEFENCE = "自衛官"
    MUTUAL_AID = "共済"
    LATE_ELDERLY = "後期"
    SPECIAL_RETIREE = "特例退職"
    PUBLIC_EXPENSE = "公費"
    UNKNOWN = "不詳"


Payer = Literal["insurance", "public", "local", "unknown"]


@dataclass(frozen=True, slots=True)
class LawNumber:
    """法別番号 with what it stands for. `code` is two digits, "" for 国保 and for what is not known.

    `payer`: "insurance", "public" (a national law of 公費), "local" (地方単独, 80 to 99) or "unknown".
    """

    code: str
    name: str
    name_en: str
    payer: Payer
    scheme: Scheme
    confirmed: bool = True


def _insurance(code: str, name: str, name_en: str, scheme: Scheme) -> tuple[str, LawNumber]:
    return code, LawNumber(code, name, name_en, "insurance", scheme)


def _public(code: str, name: str, name_en: str, *, confirmed: bool = True) -> tuple[str, LawNumber]:
    return code, LawNumber(code, name, name_en, "public", Scheme.PUBLIC_EXPENSE, confirmed)


NATIONAL_HEALTH_LAW = LawNumber(
    "", "国民健康保険", "National Health Insurance", "insurance", Scheme.NATIONAL_HEALTH
)
"""国保 numbers have six digits and no 法別番号."""

UNKNOWN_LAW = LawNumber("", "不詳", "not known", "unknown", Scheme.UNKNOWN)
"""For 不詳 (77777777) and for digits that stand in no list."""

INSURANCE_LAWS: Mapping[str, LawNumber] = MappingProxyType(
    dict(
        (
            _insurance(
                "01", "全国健康保険協会管掌健康保険", "Japan Health Insurance Association", Scheme.ASSOCIATION
            ),
            _insurance("02", "船員保険", "Seamen's Insurance", Scheme.SEAMEN),
            _insurance("03", "日雇特例被保険者（一般）", "day labourers (general)", Scheme.DAY_LABOURERS),
            _insurance("04", "日雇特例被保険者（特別）", "day labourers (special)", Scheme.DAY_LABOURERS),
            _insurance("06", "組合管掌健康保険", "health insurance society", Scheme.SOCIETY),
            _insurance("07", "自衛官等の療養の給付", "Self-Defence Forces", Scheme.SELF_DEFENCE),
            _insurance("31", "国家公務員共済組合", "national public servants", Scheme.MUTUAL_AID),
            _insurance("32", "地方公務員等共済組合", "local public servants", Scheme.MUTUAL_AID),
            _insurance("33", "警察共済組合", "police", Scheme.MUTUAL_AID),
            _insurance(
                "34",
                "公立学校共済組合・私立学校教職員共済",
                "public and private school staff",
                Scheme.MUTUAL_AID,
            ),
            _insurance("39", "後期高齢者医療", "medical care for those of 75 and over", Scheme.LATE_ELDERLY),
            _insurance(
                "63", "特定健康保険組合（特例退職）", "society, special retirees", Scheme.SPECIAL_RETIREE
            ),
            _insurance(
                "67", "国民健康保険（退職者医療）", "National Health, retirees", Scheme.NATIONAL_HEALTH
            ),
            _insurance(
                "72",
                "国家公務員特定共済組合（特例退職）",
                "national, special retirees",
                Scheme.SPECIAL_RETIREE,
            ),
            _insurance(
                "73",
                "地方公務員等特定共済組合（特例退職）",
                "local, special retirees",
                Scheme.SPECIAL_RETIREE,
            ),
            _insurance(
                "74", "警察特定共済組合（特例退職）", "police, special retirees", Scheme.SPECIAL_RETIREE
            ),
            _insurance(
                "75", "学校特定共済組合（特例退職）", "schools, special retirees", Scheme.SPECIAL_RETIREE
            ),
        )
    )
)
"""Laws that can stand in front of an 8-digit 保険者番号."""

PUBLIC_EXPENSE_LAWS: Mapping[str, LawNumber] = MappingProxyType(
    dict(
        (
            _public("10", "結核患者の適正医療", "tuberculosis, outpatient"),
            _public("11", "結核患者の入院", "tuberculosis, hospital"),
            _public("12", "生活保護（医療扶助）", "public assistance, medical"),
            _public("13", "戦傷病者の療養の給付", "wounded veterans, treatment", confirmed=False),
            _public("14", "戦傷病者の更生医療", "wounded veterans, rehabilitation", confirmed=False),
            _public("15", "更生医療", "rehabilitation of disabled adults"),
            _public("16", "育成医療", "rehabilitation of disabled children"),
            _public("17", "療育の給付", "children with tuberculosis"),
            _public("18", "原爆被爆者（認定疾病）", "atomic bomb survivors, recognised disease"),
            _public("19", "原爆被爆者（一般疾病）", "atomic bomb survivors, general disease"),
            _public("20", "精神 措置入院", "psychiatric admission by order"),
            _public("21", "精神通院医療", "psychiatric outpatient care"),
            _public("22", "麻薬中毒者の措置入院", "admission of drug addicts by order", confirmed=False),
            _public("23", "養育医療", "premature infants"),
            _public("24", "療養介護医療", "care in long-term nursing"),
            _public("25", "中国残留邦人等の医療支援", "Japanese returnees from China", confirmed=False),
            _public("28", "感染症の入院", "infectious disease, hospital"),
            _public("29", "新感染症の入院", "new infectious disease, hospital"),
            _public("30", "医療観察", "treatment under the forensic psychiatry act", confirmed=False),
            _public("38", "肝炎治療", "treatment of hepatitis"),
            _public("51", "特定疾患治療", "designated diseases (older scheme)"),
            _public("52", "小児慢性特定疾病", "chronic diseases of children"),
            _public("53", "児童福祉の措置", "children in care"),
            _public("54", "難病（特定医療）", "intractable diseases"),
            _public(
                "62", "特定B型肝炎ウイルス感染者", "hepatitis B infected by vaccination", confirmed=False
            ),
            _public("66", "石綿健康被害", "asbestos"),
            _public("79", "障害児施設医療", "care in institutions for disabled children"),
        )
    )
)
"""National laws that can stand in front of a 公費負担者番号."""

LOCAL_LAWS: Mapping[str, LawNumber] = MappingProxyType(
    {
        code: LawNumber(code, "地方単独の医療費助成", "local subsidy", "local", Scheme.PUBLIC_EXPENSE)
        for code in map(str, range(80, 100))
    }
)
"""地方単独: what 80 to 99 mean differs from prefecture to prefecture (子ども, ひとり親, 障害者 …)."""
