"""The holder service of an authority, as a hub sees it: whose certificate it is (氏名・生年月日・性別・住所), told
at the holder's own signed wish and no other; and which certificate it came in the place of
(新旧シリアル番号の紐付け)."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.card.holders.line import HolderLine
    from kaihoken.card.holders.messages import (
        FourItems,
        HolderRequest,
        Renewal,
        RenewalRequest,
        Replaced,
    )

__all__ = ["FourItems", "HolderLine", "HolderRequest", "Renewal", "RenewalRequest", "Replaced"]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
