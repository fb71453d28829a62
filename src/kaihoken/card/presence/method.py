"""How a terminal knew that the person was there, how sure that makes the hub, and who answered for them."""

from enum import StrEnum


class Kind(StrEnum):
    """What was put on the reader."""

    CARD = "card"  # マイナンバーカード
    PHONE = "phone"  # スマホ搭載


class Method(StrEnum):
    """本人確認の方法. `pin` and `phone` are proved by a signature that only this card or phone can make. `face` and
    `visual` are a terminal's word: a real reader has them proved too, by 特定機関認証, whose keys are issued to the
    institution alone; ours play that part and prove nothing but that this terminal says so."""

    PIN = "pin"  # 暗証番号
    PHONE = "phone"  # スマホ: its own check of the person
    FACE = "face"  # 顔認証
    VISUAL = "visual"  # 目視

    @property
    def attested(self) -> bool:
        """Whether it rests on the terminal's word alone: a simulation of 特定機関認証."""
        return self in (Method.FACE, Method.VISUAL)

    @property
    def kind(self) -> Kind:
        """What answers by this method."""
        return Kind.PHONE if self is Method.PHONE else Kind.CARD


class AnsweredBy(StrEnum):
    """Who answered at the reader. The card signs it with what was agreed to. Where nothing is signed (face, visual) it
    is the terminal's word, and so it always is that a guardian is one."""

    PERSON = "person"  # 本人
    GUARDIAN = "guardian"  # 保護者など, for a child
