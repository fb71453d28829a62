"""The columns of the two tables that are compared: what each holds, in which form, and whether it must be there.

Names and forms are the same in CSV (UTF-8, with a head) and Parquet; in Parquet days may be dates, numbers integers,
yes and no booleans, and the days of a claim a list. Periods are half-open, as in histories: `until_day` is
資格喪失年月日, the first day without.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INSURER = "insurer"
    NUMBER = "number"
    SYMBOL = "symbol"
    BRANCH = "branch"
    DAY = "day"
    MONTH = "month"
    DAYS = "days"
    WHOLE = "whole"
    YES_NO = "yes-no"
    INSTANT = "instant"
    STATE = "state"
    UNUSED = "unused"


FORMS: Mapping[Kind, tuple[str, str]] = {
    Kind.TEXT: ("空でない文字", "a text that is not empty"),
    Kind.INSURER: ("保険者番号（8けた。国保は6けたでも）", "an insurer number of 8 digits, 国保 of 6"),
    Kind.NUMBER: ("番号（空にはできません）", "番号, which cannot be empty"),
    Kind.SYMBOL: ("記号", "記号"),
    Kind.BRANCH: ("枝番（2けたの数字か空）", "枝番 of two digits, or nothing"),
    Kind.DAY: ("日付（2026-10-03 のように）", "a day, as in 2026-10-03"),
    Kind.MONTH: ("年月（2026-10 のように）", "a month, as in 2026-10"),
    Kind.DAYS: (
        "その月の日（3 9 20 のように空白で区切る）",
        "days of that month, set apart by spaces, as in 3 9 20",
    ),
    Kind.WHOLE: ("0以上の整数", "a whole number from 0 on"),
    Kind.YES_NO: ("true か false（空は false）", "true or false, where nothing means false"),
    Kind.INSTANT: (
        "日付か、時差のついた日時（2026-10-03T09:00:00+09:00）",
        "a day, or an instant with its offset: 2026-10-03T09:00:00+09:00",
    ),
    Kind.UNUSED: ("何でも", "anything"),
    Kind.STATE: (
        "visible・corrected・suspended-1・suspended-2・suspended-3・pending のどれか",
        "one of visible, corrected, suspended-1, suspended-2, suspended-3, pending",
    ),
}
"""The form of each kind, in Japanese and English."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column, `ja` and `en` what it holds. Only a required one must be there and hold something in each row."""

    name: str
    kind: Kind
    required: bool
    ja: str
    en: str

    @property
    def form(self) -> tuple[str, str]:
        """What must stand in it, in Japanese and English."""
        return FORMS[self.kind]


_OWNER = (
    Column("insurer_number", Kind.INSURER, True, "保険者番号", "insurer number"),
    Column("symbol", Kind.SYMBOL, False, "記号", "記号; nothing on a claim fits every 記号"),
    Column("number", Kind.NUMBER, True, "番号", "番号"),
    Column("branch", Kind.BRANCH, False, "枝番", "枝番"),
    Column("birthdate", Kind.DAY, True, "生年月日", "birth date"),
)

CLAIMS: tuple[Column, ...] = (
    Column("claim_id", Kind.TEXT, True, "レセプトの名前", "what the claim is called"),
    *_OWNER,
    Column("month", Kind.MONTH, False, "診療年月（days とともに）", "month of care, with `days`"),
    Column(
        "days", Kind.DAYS, False, "受診した日（1行が1件のとき）", "days of the visits, where a row is a claim"
    ),
    Column(
        "day", Kind.DAY, False, "受診日（1行が1日のとき）", "day of the visit, where a row is a visit day"
    ),
    Column("points", Kind.WHOLE, False, "請求点数（1件の合計）", "points of the whole claim"),
    Column("public_payer", Kind.YES_NO, False, "公費併用か", "whether 公費 pays beside the insurance"),
    Column(
        "person",
        Kind.TEXT,
        False,
        "資格の表での本人の鍵（分かるとき）",
        "person of the coverages, where known",
    ),
)
"""A row is a claim with `month` and `days`, or a visit day with `day` (the rest repeated)."""

COVERAGES: tuple[Column, ...] = (
    Column("person", Kind.TEXT, True, "本人の鍵", "key of the person"),
    *_OWNER,
    Column("from_day", Kind.DAY, True, "資格取得年月日", "first day of the coverage"),
    Column(
        "until_day",
        Kind.DAY,
        False,
        "資格喪失年月日（資格のない最初の日）",
        "first day without it; nothing: it runs",
    ),
    Column("loss_reason", Kind.TEXT, False, "資格喪失事由（OQSCD008。01 は死亡）", "OQSCD008; 01 is death"),
    Column("collected_on", Kind.DAY, False, "証を回収した日", "day on which the card was collected"),
    Column("kind", Kind.TEXT, False, "被保険者証区分（OQSCD010）", "OQSCD010; A1 is 医療扶助"),
    Column(
        "match", Kind.STATE, False, "本人確認の状態（空は visible）", "match with J-LIS; nothing: visible"
    ),
    Column(
        "recorded_at", Kind.INSTANT, False, "登録された日時", "when this was recorded; nothing: always known"
    ),
    Column(
        "superseded_at", Kind.INSTANT, False, "次の登録か取り消しの日時", "when it was replaced or withdrawn"
    ),
    *(
        Column(
            name,
            Kind.UNUSED,
            False,
            f"{ja}（claims check だけが使う）",
            f"{name}; used by claims check alone",
        )
        for name, ja in (
            ("sex", "性別（OQSCD007）"),
            ("sex_other", "裏面の性別"),
            ("relation", "本人・家族（OQSCD009）"),
            ("name", "氏名"),
            ("kana", "カナ氏名"),
            ("other_name", "通称"),
            ("other_kana", "通称のカナ"),
        )
    ),
    Column(
        "subject", Kind.WHOLE, False, "本人の何番目の資格か（登録の順）", "place among those of the person"
    ),
)
"""A row is what was said of one coverage at one time. A correction is another row, from the instant on at which
the row before is superseded. `subject` breaks ties between coverages that began on one day; without it the order of
the rows does."""
