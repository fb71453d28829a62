"""A row of people that cannot be read is a problem that names its table, and quotes nothing of it."""

import pytest
from sqlalchemy import update

from kaihoken.access.people import Account
from kaihoken.access.people.account_table import every, find
from kaihoken.problems import Problem
from kaihoken.store import Write, schema, statement

from .house import House


@pytest.mark.parametrize("values", [{"role": "emperor"}, {"status": "asleep"}])
async def test_a_damaged_row_of_an_account_is_told(house: House, values: dict[str, str]) -> None:
    account, _ = await house.somebody()
    by_hand = statement("by hand", update(schema.account).values(values))
    await house.store.transaction([Write(by_hand, [()])])

    for read in (find(house.store, Account, account.account_id), every(house.store, Account)):
        with pytest.raises(Problem) as told:
            await read
        assert (told.value.code, told.value.where) == ("access.account-table", "account")
        assert next(iter(values.values())) not in str(told.value.as_rfc9457())
