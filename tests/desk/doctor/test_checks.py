"""The doctor's checks: each fires, each has a near miss, and what follows from a cause is no second fault."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kaihoken.desk.doctor import CHECKS, Facts, Part, Standing, examined, said
from kaihoken.desk.doctor.facts import (
    Certificate,
    Distrust,
    FolderSeen,
    Known,
    Reach,
    ReaderIs,
    ReaderSeen,
    Way,
    remembered,
)
from kaihoken.desk.line import LineState
from kaihoken.desk.phones import Door
from kaihoken.problems import Problem
from kaihoken.web import LANGUAGES

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
HUB = "https://hub.example"
SHOWN = Certificate("CN=架空のCA", "aa", NOW - timedelta(days=300), NOW + timedelta(days=65))
WAY = Way(host="hub.example", reach=Reach.ANSWERED, certificate=SHOWN, status=200, date=NOW, seconds=0.2)
ALL_WELL = Facts(
    now=NOW,
    hub=HUB,
    free_bytes=40_000_000_000,
    enrolled_at=HUB,
    way=WAY,
    line=LineState.UP,
    asked="",
    reader=ReaderSeen(ReaderIs.PCSC, 1),
    has_roots=True,
    folder=FolderSeen("C:\\OQS"),
)


def way(**more: object) -> Facts:
    return replace(ALL_WELL, way=replace(WAY, **more))


def clock_off(**by: int) -> Facts:
    return replace(ALL_WELL, now=NOW + timedelta(**by))


def ends_in(**left: int) -> Facts:
    return way(certificate=replace(SHOWN, until=NOW + timedelta(**left)))


def early(days_ago: int, *, is_early: bool = True) -> Facts:
    known = Known(
        fingerprint="aa",
        issuer="CN=B",
        until=SHOWN.until,
        since=NOW - timedelta(days=days_ago),
        early=is_early,
    )
    return replace(ALL_WELL, known=known)


def folder(**more: object) -> Facts:
    return replace(ALL_WELL, folder=replace(FolderSeen("C:\\OQS"), **more))


def reader(kind: ReaderIs, count: int = 0, problem: Problem | None = None, *, demo: bool = False) -> Facts:
    return replace(ALL_WELL, reader=ReaderSeen(kind, count, problem), demo=demo)


def door(**more: object) -> Facts:
    good = Door(name="uketsuke.example", names=("uketsuke.example",), since=NOW, until=NOW)
    return replace(ALL_WELL, phones=replace(good, **{"until": NOW + timedelta(days=90), **more}))


FIRES = {
    "disk.full": replace(ALL_WELL, free_bytes=99_999_999),
    "disk.low": replace(ALL_WELL, free_bytes=999_999_999),
    "safe": replace(ALL_WELL, safe=Problem("desk.safe-key")),
    "enrolment.none": replace(ALL_WELL, enrolled_at=""),
    "enrolment.other": replace(ALL_WELL, enrolled_at="https://old.example"),
    "line.no-network": way(reach=Reach.NO_NETWORK),
    "line.no-name": way(reach=Reach.NO_NAME),
    "line.refused": way(reach=Reach.REFUSED),
    "line.silent": way(reach=Reach.SILENT),
    "line.proxy": way(reach=Reach.PROXY, proxy="proxy.example"),
    "line.plain": way(reach=Reach.PLAIN),
    "line.broken": way(reach=Reach.BROKEN),
    "line.slow": way(seconds=3.1),
    "clock.ahead": clock_off(seconds=301),
    "clock.behind": clock_off(seconds=-61),
    "certificate": replace(ALL_WELL, authorities=Problem("access.key-file", reason="FileNotFoundError")),
    "certificate.name": way(reach=Reach.UNTRUSTED, distrust=Distrust.NAME),
    "certificate.authority": way(reach=Reach.UNTRUSTED, distrust=Distrust.AUTHORITY, date=None),
    "certificate.expired": ends_in(seconds=-1),
    "certificate.early": way(certificate=replace(SHOWN, since=NOW + timedelta(seconds=1))),
    "certificate.changed": early(13),
    "certificate.soon": ends_in(days=13),
    "hub.other": way(is_hub=False),
    "hub.not-ready": way(status=503),
    "hub.fault": way(status=500),
    "key.disabled": replace(ALL_WELL, asked="access.client-disabled"),
    "key.clock": replace(ALL_WELL, asked="access.assertion-time"),
    "key.refused": replace(ALL_WELL, asked="access.assertion-refused"),
    "reader": reader(ReaderIs.PCSC, problem=Problem("card.no-driver")),
    "reader.none": reader(ReaderIs.PCSC),
    "reader.virtual": reader(ReaderIs.VIRTUAL),
    "roots": replace(ALL_WELL, roots=Problem("card.root-unfit", reason="x")),
    "roots.none": replace(ALL_WELL, has_roots=False),
    "folder.away": folder(is_away=True, is_there=False),
    "folder.missing": folder(is_there=False),
    "folder.parts": folder(missing=("face",)),
    "folder.locked": folder(is_writable=False),
    "phones": door(problem=Problem("store.keys_open")),
    "phones.file": door(unread="phones_key"),
    "phones.pair": door(fits=False),
    "phones.name": door(name="uketsuke.clinic.example"),
    "phones.early": door(since=NOW + timedelta(seconds=1)),
    "phones.expired": door(until=NOW - timedelta(seconds=1)),
    "phones.soon": door(until=NOW + timedelta(days=29, hours=23)),
}
WARNINGS = {
    *("disk.low", "enrolment.other", "line.slow", "clock.behind", "certificate.changed", "certificate.soon"),
    *("reader.virtual", "roots.none", "phones.soon"),
}

NEAR_MISSES = {
    "the settings name no hub": replace(ALL_WELL, hub=""),
    "a gigabyte is enough": replace(ALL_WELL, free_bytes=1_000_000_000),
    "a slash at the end is the same hub": replace(ALL_WELL, enrolled_at=f"{HUB}/"),
    "three seconds are not slow": way(seconds=3.0),
    "a minute of the clock": clock_off(seconds=60),
    "a minute the other way": clock_off(seconds=-60),
    "the last second of a certificate is good": way(certificate=replace(SHOWN, since=NOW)),
    "fourteen days left": ends_in(days=14),
    "an early certificate of two weeks ago": early(14),
    "a certificate that was due": early(0, is_early=False),
    "the reader for practice in a demonstration": reader(ReaderIs.VIRTUAL, demo=True),
    "no folder is watched": replace(ALL_WELL, folder=None),
    "the phones' certificate has thirty days": door(until=NOW + timedelta(days=30)),
    "the phones' certificate is for every name below": door(name="Uketsuke.example", names=("*.example",)),
    "the phones' certificate is for an address": door(name="192.168.1.10", names=("192.168.1.10",)),
    "no certificate on this very machine": way(certificate=None),
}


@pytest.mark.parametrize("code", FIRES)
def test_a_check_fires_and_nothing_else_does(code: str) -> None:
    results = examined(FIRES[code])

    found = [one for one in results if one.finding is not None]
    assert [one.finding.code for one in found if one.finding] == [code]
    assert found[0].standing is (Standing.WARNING if code in WARNINGS else Standing.FAULT)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_a_near_miss_is_well(name: str) -> None:
    assert {one.standing for one in examined(NEAR_MISSES[name])} <= {Standing.WELL, Standing.UNUSED}


def test_every_check_has_a_case_and_every_finding_its_words() -> None:
    fired = {one.part for facts in FIRES.values() for one in examined(facts) if one.finding}

    assert fired == {check.part for check in CHECKS} == set(Part)
    for language in LANGUAGES:
        for facts in FIRES.values():
            found = said(examined(facts), language)[0]
            assert found.what
            assert found.next
            assert "{" not in found.what + found.next


def test_causes_stand_before_what_follows_from_them() -> None:
    parts = [check.part for check in CHECKS]

    assert all(parts.index(cause) < parts.index(check.part) for check in CHECKS for cause in check.after)


def test_a_cut_line_is_one_fault_and_the_rest_is_held_back() -> None:
    cut = replace(ALL_WELL, way=Way(host="hub.example", reach=Reach.SILENT), asked=None)

    by_part = {one.part: one for one in examined(cut)}

    assert [part for part, one in by_part.items() if one.standing is Standing.FAULT] == [Part.LINE]
    held = {part for part, one in by_part.items() if one.cause is Part.LINE}
    assert held == {Part.CLOCK, Part.CERTIFICATE, Part.HUB, Part.KEY}


def test_a_certificate_that_only_this_clock_finds_expired_is_the_clocks_fault() -> None:
    a_year_ahead = replace(
        way(reach=Reach.UNTRUSTED, distrust=Distrust.DATES, status=0), now=NOW + timedelta(days=365)
    )

    by_part = {one.part: one.standing for one in examined(a_year_ahead)}

    assert by_part[Part.CLOCK] is Standing.FAULT
    assert [part for part, one in by_part.items() if one is Standing.FAULT] == [Part.CLOCK]
    assert by_part[Part.CERTIFICATE] is by_part[Part.HUB] is Standing.FOLLOWS


def test_what_a_running_desk_holds_is_not_looked_at_and_no_fault() -> None:
    held = replace(
        ALL_WELL, safe=Problem("desk.in-use", holder="1"), is_held=True, enrolled_at="", asked=None
    )

    by_part = {one.part: one.standing for one in examined(held)}

    assert {by_part[Part.SAFE], by_part[Part.ENROLMENT], by_part[Part.KEY]} == {Standing.UNUSED}
    assert Standing.FAULT not in by_part.values()


def test_a_certificate_is_early_only_while_the_one_before_was_good_for_long() -> None:
    first = remembered(None, SHOWN, NOW, 30)
    other = replace(SHOWN, fingerprint="bb")

    assert not first.early
    assert remembered(first, SHOWN, NOW + timedelta(days=1), 30) is first
    assert remembered(first, other, NOW + timedelta(days=34), 30).early
    assert not remembered(first, other, NOW + timedelta(days=35), 30).early


def test_faults_are_said_first() -> None:
    both = replace(ALL_WELL, free_bytes=999_999_999, reader=ReaderSeen(ReaderIs.PCSC))

    assert [one.standing for one in said(examined(both), "ja")][:2] == [Standing.FAULT, Standing.WARNING]
