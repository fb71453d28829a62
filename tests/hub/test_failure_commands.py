"""`kaihoken hub failure-mode open|close|list` on the store of a hub at rest."""

from datetime import timedelta

import pytest

from kaihoken.clock import TOKYO, SystemClock

from .command_line import Ran, Run, people, while_a_hub_holds_the_store
from .hub import FACILITY, a_row


def at(minutes: int) -> str:
    """So many minutes from now, as an operator types it."""
    instant = SystemClock().now().astimezone(TOKYO) + timedelta(minutes=minutes)
    return instant.strftime("%Y-%m-%dT%H:%M")


def opened(run: Run, *more: str, facility: str = FACILITY, back: int = -5, until: int = 300) -> Ran:
    return run(
        *("hub", "failure-mode", "open", facility, "--by", "運01"),
        *("--called-back", at(back), "--until", at(until), *more),
    )


def test_a_mode_is_opened_listed_and_closed(run: Run) -> None:
    people(a_row())
    none = run("hub", "failure-mode", "list", "--json")
    said = opened(run, "--json")
    listed = run("hub", "failure-mode", "list")
    closed = run("hub", "failure-mode", "close", FACILITY, "--json")
    again = run("hub", "failure-mode", "close", FACILITY)
    after = run("hub", "failure-mode", "list", "--json")

    assert none.json == {"modes": []}
    assert (said.code, said.json["state"], said.json["client"]) == (0, "open", "command")
    (line,) = listed.out.decode().splitlines()
    assert line.startswith(f"{FACILITY}  open  {said.json['until'][:2]}")
    assert line.endswith("運01")
    assert closed.json["state"] == "closed"
    assert (again.code, again.out.decode().split()[1]) == (0, "closed"), "repeating it is safe"
    assert [one["state"] for one in after.json["modes"]] == ["closed"]


def test_an_operators_slip_opens_nothing(run: Run) -> None:
    people(a_row())
    slips = {
        "access.client-unknown": opened(run, facility="1310112345"),
        "coverage.failure-called-back": opened(run, back=-90),
        "coverage.failure-until": opened(run, until=60 * 25),
        "coverage.failure-not-open": run("hub", "failure-mode", "close", FACILITY),
        "identity.date": run(
            *("hub", "failure-mode", "open", FACILITY, "--by", "運01"),
            *("--called-back", "9時", "--until", at(300)),
        ),
        "cli.misuse": opened(run, "--hub", "http://127.0.0.1:9"),
    }
    for code, ran in slips.items():
        assert ran.code != 0
        assert code in ran.err, ran.err
    assert run("hub", "failure-mode", "list", "--json").json == {"modes": []}


def test_while_a_hub_runs_the_store_is_its_own(run: Run) -> None:
    people(a_row())

    held = while_a_hub_holds_the_store(run, "hub", "failure-mode", "list")

    assert "store.locked" in held.err


@pytest.mark.parametrize("back", [-59, -1])
def test_a_call_back_of_the_last_hour_is_fresh_enough(run: Run, back: int) -> None:
    people(a_row())

    assert opened(run, back=back).code == 0
