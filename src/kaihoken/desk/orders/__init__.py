"""A list that a desk asks of its hub (一括照会), kept in the safe first: a crash at any step asks again under the same
key."""

from kaihoken.desk.orders.order import ORDER, Order, OrderEvent, OrderState, Why, why
from kaihoken.desk.orders.orders import Keep, Orders, new_key, row_checked

__all__ = [
    "ORDER",
    "Keep",
    "Order",
    "OrderEvent",
    "OrderState",
    "Orders",
    "Why",
    "new_key",
    "row_checked",
    "why",
]
