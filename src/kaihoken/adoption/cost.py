"""What a quote costs the facility itself, and what it holds from the fund afterwards. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kaihoken.adoption.checking import CheckedQuote
from kaihoken.adoption.closing import Held
from kaihoken.adoption.law import Asset
from kaihoken.adoption.subsidy import Purchase, Subsidy, subsidy


@dataclass(frozen=True, slots=True)
class Cost:
    """`own_yen` = all that is paid once − `given_yen` (readers in the quote that come in kind) − the subsidy. `held` is
    property that stays bound to its purpose (財産処分)."""

    subsidy: Subsidy
    once_yen: int
    given_yen: int
    monthly_yen: int
    held: tuple[Held, ...]

    @property
    def own_yen(self) -> int:
        """What the facility pays itself, once."""
        return self.once_yen - self.given_yen - self.subsidy.yen


def cost_of(quote: CheckedQuote, purchase: Purchase) -> Cost:
    """What a quote costs who orders it so. Problem `rules.no_version` for an order before 2020-08-07."""
    paid = subsidy(purchase, quote.system_yen)
    given = _given(quote, paid)
    since = purchase.live_on or purchase.contract_on or purchase.order_on
    return Cost(paid, quote.once_yen, given, quote.monthly_yen, tuple(_held(quote, paid, since)))


def _given(quote: CheckedQuote, paid: Subsidy) -> int:
    """What the free readers would have cost: so many of those in the quote, each at its price but no more than what
    one is worth to the fund."""
    if not quote.readers:
        return 0
    free = min(quote.readers, paid.free_readers)
    return min(quote.readers_yen * free // quote.readers, paid.reader_yen * free)


def _held(quote: CheckedQuote, paid: Subsidy, since: date) -> Iterator[Held]:
    """The free readers at what they are worth, and of each class of asset the part that the subsidy paid."""
    if paid.free_readers:
        yield Held(Asset.READER, paid.reader_yen * paid.free_readers, since)
    for asset, yen in quote.assets:
        if part := yen * paid.yen // quote.system_yen:
            yield Held(asset, part, since)
