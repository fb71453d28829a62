"""The door for phones: TLS on one address of the clinic's own, or none at all."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest

from kaihoken.desk.phones import Door, door_seen, require_phones
from kaihoken.desk.serving import phones_served
from kaihoken.desk.settings import DeskSettings
from kaihoken.problems import Problem

from ...certificates import SERVER, a_ca, issued
from ...hub.hub import BASE, a_hub
from ...ports import free_port
from ..desks import a_desk

LONG_AGO, FAR = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


def a_door(folder: Path) -> DeskSettings:
    """Everything that lets phones in, with a certificate of a CA of the clinic's own beside it."""
    ca = a_ca()
    (folder / "ca.pem").write_bytes(ca.pem)
    paper = issued(ca, hosts=("uketsuke.example",), use=SERVER, begins=LONG_AGO, ends=FAR)
    certificate, key = paper.saved(folder, "door")
    return DeskSettings(
        folder=str(folder / "desk"),
        hub=BASE,
        phones="uketsuke.example",
        phones_host="127.0.0.1",
        phones_port=free_port(),
        phones_certificate=str(certificate),
        phones_key=str(key),
    )


async def test_a_phone_comes_by_tls_and_by_the_name_of_the_certificate(tmp_path: Path) -> None:
    settings = a_door(tmp_path)
    tls = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    async with (
        a_hub(tmp_path / "store", tmp_path) as hub,
        a_desk(tmp_path / "desk", hub, settings) as counter,
        phones_served(counter.desk) as port,
        httpx.AsyncClient(verify=tls, base_url=f"https://127.0.0.1:{port}") as phone,
    ):
        named = {"extensions": {"sni_hostname": "uketsuke.example"}}
        headers = {"Host": f"uketsuke.example:{port}", "Accept": "text/html"}
        found = await phone.get("/q/nothing", headers=headers, **named)
        other = await phone.get("/q/nothing", **named)
        with pytest.raises(Problem) as busy:
            async with phones_served(counter.desk):
                pass

    assert (found.status_code, other.status_code) == (410, 403)
    assert busy.value.code == "desk.phones-address"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, ""),
        ({"phones_host": ""}, "desk.phones-setting"),
        ({"phones_host": "0.0.0.0"}, "desk.phones-setting"),
        ({"phones_host": "203.0.114.7"}, "desk.phones-setting"),
        ({"phones_host": "uketsuke.example"}, "desk.phones-setting"),
        ({"phones_certificate": ""}, "desk.phones-setting"),
        ({"phones_key": "/nowhere/key.pem"}, "access.key-file"),
    ],
)
def test_it_opens_only_where_everything_is_there_and_inside(
    tmp_path: Path, change: dict[str, str], code: str
) -> None:
    settings = msgspec.structs.replace(a_door(tmp_path), **change)
    try:
        require_phones(settings)
        found = ""
    except Problem as problem:
        found = problem.code

    assert found == code


def test_a_key_that_others_may_read_opens_nothing(tmp_path: Path) -> None:
    settings = a_door(tmp_path)
    Path(settings.phones_key).chmod(0o644)

    with pytest.raises(Problem) as refused:
        require_phones(settings)

    assert refused.value.code == "store.keys_open"


def test_the_doctor_sees_the_certificate_as_it_lies_there(tmp_path: Path) -> None:
    settings = a_door(tmp_path)
    seen = door_seen(settings)
    (tmp_path / "other").mkdir()
    other = a_door(tmp_path / "other")
    mixed = msgspec.structs.replace(settings, phones_key=other.phones_key)
    no_key = msgspec.structs.replace(settings, phones_key=str(tmp_path / "moved.pem"))
    elsewhere = msgspec.structs.replace(settings, phones_host="0.0.0.0")

    assert seen == Door(name="uketsuke.example", names=("uketsuke.example",), since=LONG_AGO, until=FAR)
    assert door_seen(mixed) == Door(name="uketsuke.example", fits=False)
    assert door_seen(no_key) == Door(name="uketsuke.example", unread="phones_key")
    shut = door_seen(elsewhere)
    assert shut is not None
    assert shut.problem is not None
    assert shut.problem.code == "desk.phones-setting"
    assert door_seen(DeskSettings()) is None
