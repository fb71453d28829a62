"""An assertion proves a client once, and only when every rule holds. Each rule has the case that breaks it alone."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaihoken.access import ClientKey, Issuer, PrivateKey, Registry, make_key
from kaihoken.access.assertion import AssertionVerifier
from kaihoken.access.base64url import encode
from kaihoken.access.key import PublicKey
from kaihoken.access.replay import ReplayMemory
from kaihoken.problems import Problem

from .builders import AUDIENCE, Door, a_facility, forge

ISSUER = AUDIENCE.removesuffix("/oauth/token")

STRANGER = make_key()
P256 = make_key("ES256")


def verifier(door: Door, replays: ReplayMemory | None = None) -> AssertionVerifier:
    return AssertionVerifier(door.registry, AUDIENCE, door.clock, replays)


def refusal(door: Door, assertion: str) -> Problem:
    with pytest.raises(Problem) as refused:
        verifier(door).verify(assertion)
    return refused.value


def told(door: Door, assertion: str) -> tuple[str, str]:
    problem = refusal(door, assertion)
    return problem.code, problem.where


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256"])
def test_a_good_assertion_proves_its_client_and_key(door: Door, algorithm: str) -> None:
    key = make_key(algorithm)
    door.registry.put(a_facility(key, "pharmacy"))
    proven = verifier(door).verify(Issuer("pharmacy", key, AUDIENCE, door.clock).assertion())
    assert proven.client.client_id == "pharmacy"
    assert proven.key.public.key_id == key.public.key_id


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": ISSUER},
        {"nbf": 1},
        {"extra": {"anything": [1, 2]}},
        {"jti": "8 chars!".replace(" ", "-")},
        {"jti": "x" * 128},
    ],
    ids=["the issuer", "nbf past", "other claims", "short jti", "long jti"],
)
def test_what_the_standard_leaves_free_is_accepted(door: Door, changes: dict[str, object]) -> None:
    assert verifier(door).verify(door.assertion(**changes)).client.client_id == "clinic"


def test_a_strict_hub_takes_its_issuer_alone_for_audience(door: Door) -> None:
    strict = AssertionVerifier(door.registry, AUDIENCE, door.clock, strict=True)

    assert strict.verify(door.assertion(aud=ISSUER)).client.client_id == "clinic"
    with pytest.raises(Problem, match=r"access\.assertion-audience"):
        strict.verify(door.assertion(aud=AUDIENCE))


@pytest.mark.parametrize("typ", [None, "JWT", "client-authentication+jwt"])
def test_the_type_may_be_named(door: Door, typ: str | None) -> None:
    assert verifier(door).verify(forge(door.key, door.claims(), typ=typ)).client.client_id == "clinic"


# Claims, one at a time. Numbers are seconds from now.


@pytest.mark.parametrize(
    ("iat", "exp", "nbf"),
    [(0, 1, 0), (0, 300, 0), (30, 300, 0), (30, 31, 0), (0, 60, 30)],
    ids=["last second", "longest", "fast clock", "fast and short", "nbf of a fast clock"],
)
def test_times_at_the_edge_are_accepted(door: Door, iat: int, exp: int, nbf: int) -> None:
    now = door.now
    assert verifier(door).verify(door.assertion(iat=now + iat, exp=now + exp, nbf=now + nbf))


@pytest.mark.parametrize(
    ("changes", "where", "reason"),
    [
        ({"exp": 0}, "exp", "expired"),
        ({"exp": -1}, "exp", "expired"),
        ({"exp": 301, "iat": 2}, "exp", "more than 300 s ahead"),
        ({"iat": -1, "exp": 300}, "exp", "more than 300 s ahead"),
        ({"iat": 31}, "iat", "in the future"),
        ({"nbf": 31}, "nbf", "in the future"),
        ({"iat": -1}, "iat", "made before the hub started"),
    ],
    ids=["expires now", "expired", "too far ahead", "lives too long", "iat ahead", "nbf ahead", "before the start"],
)  # fmt: skip
def test_times_beyond_the_edge_are_refused(
    door: Door, changes: dict[str, int], where: str, reason: str
) -> None:
    problem = refusal(door, door.assertion(**{name: door.now + at for name, at in changes.items()}))
    assert (problem.code, problem.where, problem.facts["reason"]) == ("access.assertion-time", where, reason)


def test_a_proof_may_be_addressed_to_the_issuer(door: Door) -> None:
    proven = door.gate.endpoint.oqs(
        b"application/json",
        json.dumps({"client_assertion": door.assertion(aud=ISSUER)}).encode(),
        "192.0.2.1",
    )
    assert (proven.status, ISSUER) == (200, "https://hub.example")


@pytest.mark.parametrize(
    "audience",
    [
        AUDIENCE + "/",
        ISSUER + "/",
        [ISSUER],
        [AUDIENCE],
        [AUDIENCE, ISSUER],
        "https://other.example",
        "hub.example",
        "",
        [],
        ["https://other.example"],
        [AUDIENCE, AUDIENCE],
    ],
)
def test_an_assertion_for_somebody_else_or_for_several_is_refused(door: Door, audience: object) -> None:
    assert told(door, door.assertion(aud=audience)) == ("access.assertion-audience", "")


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"iss": "somebody-else"}, "iss"),
        *(({claim: None}, "claims") for claim in ("iss", "sub", "aud", "exp", "iat", "jti")),
        ({"iss": 7, "sub": 7}, "claims"),
        ({"iss": "two words", "sub": "two words"}, "claims"),
        ({"iss": "", "sub": ""}, "claims"),
        ({"iss": "é", "sub": "é"}, "claims"),
        ({"iss": "clinic\n", "sub": "clinic\n"}, "claims"),
        ({"iss": "x" * 129, "sub": "x" * 129}, "claims"),
        ({"jti": "short"}, "claims"),
        ({"jti": "x" * 129}, "claims"),
        ({"jti": "\ud800-lone-surrogate"}, "claims"),
        ({"jti": 12345678}, "claims"),
        ({"exp": "soon"}, "claims"),
        ({"exp": -5}, "claims"),
        ({"exp": 1 << 41}, "claims"),
        ({"exp": 1.5}, "claims"),
        ({"exp": True}, "claims"),
        ({"iat": "now"}, "claims"),
        ({"nbf": "now"}, "claims"),
        ({"aud": 7}, "claims"),
        ({"aud": [7]}, "claims"),
        ({"aud": {}}, "claims"),
    ],
)
def test_claims_of_another_shape_are_refused(door: Door, changes: dict[str, object], where: str) -> None:
    assert told(door, door.assertion(**changes)) == ("access.assertion-malformed", where)


# The header and the algorithm.


def test_no_signature_at_all_is_refused(door: Door) -> None:
    header = {"alg": "none", "kid": door.key.public.key_id}
    unsigned = f"{encode(json.dumps(header).encode())}.{encode(json.dumps(door.claims()).encode())}."
    assert told(door, unsigned) == ("access.assertion-malformed", "header")
    empty = door.assertion().rsplit(".", 1)[0] + "."
    assert told(door, empty) == ("access.assertion-refused", "")


OTHER_ALGORITHMS = [
    "none",
    "None",
    "HS256",
    "HS512",
    "RS256",
    "PS256",
    "ES384",
    "ES512",
    "ES256K",
    "eddsa",
    "es256",
    "Ed25519",
]


@pytest.mark.parametrize("alg", [*OTHER_ALGORITHMS, "", None, 7, ["EdDSA"]])
def test_any_other_algorithm_is_refused(door: Door, alg: object) -> None:
    assert told(door, forge(door.key, door.claims(), alg=alg)) == ("access.assertion-malformed", "header")


def test_a_public_key_is_not_taken_for_a_shared_secret(door: Door) -> None:
    signed = ".".join(
        encode(json.dumps(part).encode())
        for part in ({"alg": "HS256", "kid": door.key.public.key_id, "typ": "JWT"}, door.claims())
    )
    public = json.dumps(door.key.public.jwk()).encode()
    mac = hmac.digest(public, signed.encode(), hashlib.sha256)
    assert told(door, f"{signed}.{encode(mac)}") == ("access.assertion-malformed", "header")


def test_the_algorithm_must_be_that_of_the_key(door: Door) -> None:
    assert told(door, forge(door.key, door.claims(), alg="ES256"))[0] == "access.assertion-refused"
    forged = forge(P256, door.claims(), kid=door.key.public.key_id)
    assert told(door, forged)[0] == "access.assertion-refused"


@pytest.mark.parametrize(
    "header",
    [
        {"kid": None},
        {"kid": ""},
        {"kid": 7},
        {"kid": "x" * 129},
        {"typ": "at+jwt"},
        {"typ": 7},
        {"crit": ["exp"]},
        {"crit": ["b64"], "b64": False},
        {"jku": "https://evil.example/keys"},
        {"jwk": STRANGER.public.jwk()},
        {"x5u": "https://evil.example/chain"},
        {"x5c": ["MIIB"]},
        {"zip": "DEF"},
    ],
)
def test_other_header_parameters_are_refused(door: Door, header: dict[str, object]) -> None:
    assert told(door, forge(STRANGER, door.claims(), **header)) == ("access.assertion-malformed", "header")


@pytest.mark.parametrize("part", ["header", "claims"])
@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff", b"{}" * 2, b'{"a":NaN}', b"[" * 2000])
def test_parts_that_are_not_json_objects_are_refused(door: Door, part: str, raw: bytes) -> None:
    forged = forge(door.key, raw) if part == "claims" else forge(door.key, door.claims(), header=raw)
    assert told(door, forged) == ("access.assertion-malformed", part)


def test_a_name_that_stands_twice_is_refused(door: Door) -> None:
    claims = json.dumps(door.claims())[:-1] + ', "sub": "clinic"}'
    assert told(door, forge(door.key, claims.encode())) == ("access.assertion-malformed", "claims")
    header = f'{{"alg":"HS256","alg":"EdDSA","kid":"{door.key.public.key_id}"}}'
    assert told(door, forge(door.key, door.claims(), header=header.encode())) == (
        "access.assertion-malformed",
        "header",
    )


@pytest.mark.parametrize(
    ("mangle", "where"),
    [
        (lambda text: text + "=", "signature"),
        (lambda text: text + ".", "parts"),
        (lambda text: text.replace(".", "", 1), "parts"),
        (lambda text: "", "parts"),
        (lambda text: "." + text.split(".", 1)[1], "header"),
        (lambda text: " " + text, "header"),
        (lambda text: text + "\n", "signature"),
        (lambda text: text[:-1] + "é", "signature"),
        (lambda text: text.replace(".", ".+", 1), "claims"),
        (lambda text: text.replace(".", ".é", 1), "claims"),
        (lambda text: text + "A" * 4096, "size"),
    ],
    ids=["padding", "four parts", "two parts", "empty", "no header", "space", "line feed", "not ASCII",
         "plain base64", "not ASCII inside", "oversized"],
)  # fmt: skip
def test_other_forms_are_refused(door: Door, mangle: Callable[[str], str], where: str) -> None:
    assert told(door, mangle(door.assertion())) == ("access.assertion-malformed", where)


def test_the_largest_assertion_is_4096_characters(door: Door) -> None:
    def of_length(length: int) -> str:
        """Not every length can be had with one header: base64 comes in steps."""
        made = (
            forge(door.key, door.claims(extra="x" * size), typ=typ)
            for typ in (None, "JWT", "client-authentication+jwt")
            for size in range(2500, 2800)
        )
        return next(text for text in made if len(text) == length)

    assert verifier(door).verify(of_length(4096))
    assert told(door, of_length(4097)) == ("access.assertion-malformed", "size")


# The signature, and what a caller learns before it has proven anything.


def test_the_signature_covers_every_character(door: Door) -> None:
    good = door.assertion()
    header, claims, signature = good.split(".")
    other = door.assertion().split(".")
    assert told(door, f"{header}.{other[1]}.{signature}")[0] == "access.assertion-refused"
    assert told(door, f"{header}.{claims}.{other[2]}")[0] == "access.assertion-refused"
    assert verifier(door).verify(good)


def strangers(door: Door) -> dict[str, str]:
    """Assertions of callers that have proven nothing."""
    return {
        "unknown client": forge(STRANGER, door.claims(iss="nobody", sub="nobody")),
        "unknown client, P-256": forge(P256, door.claims(iss="nobody", sub="nobody")),
        "unknown key of a known client": forge(STRANGER, door.claims()),
        "bad signature": forge(STRANGER, door.claims(), kid=door.key.public.key_id),
        "a key of another client": forge(door.key, door.claims(iss="other", sub="other")),
        "other algorithm than the key's": forge(P256, door.claims(), kid=door.key.public.key_id),
        "signature too short": door.assertion().rsplit(".", 1)[0] + "." + encode(bytes(63)),
        "expired as well": forge(STRANGER, door.claims(exp=1, iat=0)),
        "for somebody else as well": forge(STRANGER, door.claims(aud="https://other.example")),
        "of a disabled client": forge(STRANGER, door.claims(iss="closed", sub="closed")),
    }


@pytest.fixture
def town(door: Door) -> Door:
    """The door with two clients more, one of them disabled."""
    door.registry.put(a_facility(make_key(), "other"))
    door.registry.put(replace(a_facility(make_key(), "closed"), status="disabled"))
    return door


def test_all_refusals_before_the_proof_read_alike(town: Door) -> None:
    replies = {
        name: (problem.code, problem.where, problem.facts, problem.as_rfc9457())
        for name, assertion in strangers(town).items()
        for problem in [refusal(town, assertion)]
    }
    for name, reply in replies.items():
        assert reply == replies["bad signature"], name
    assert replies["bad signature"][0] == "access.assertion-refused"


def test_all_refusals_before_the_proof_cost_one_check_of_the_same_kind(
    town: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    verify = PublicKey.verify

    def counted(self: PublicKey, signature: bytes, message: bytes) -> bool:
        checked.append(self.algorithm)
        return verify(self, signature, message)

    monkeypatch.setattr(PublicKey, "verify", counted)
    for name, assertion in strangers(town).items():
        checked.clear()
        refusal(town, assertion)
        p256 = name in ("unknown client, P-256", "other algorithm than the key's")
        assert checked == ["ES256" if p256 else "EdDSA"], name


def test_who_has_proven_the_key_is_told_that_it_is_disabled(door: Door) -> None:
    client = door.registry.get("clinic")
    assert client is not None
    second = make_key()
    door.registry.put(replace(client, keys=(*client.keys, ClientKey(second.public, "disabled"))))
    assert told(door, forge(second, door.claims()))[0] == "access.client-disabled"
    assert verifier(door).verify(door.assertion())
    door.registry.put(replace(client, status="disabled"))
    assert told(door, door.assertion())[0] == "access.client-disabled"


def test_a_demo_key_opens_only_a_demo_store(door: Door) -> None:
    key = make_key(demo=True)
    client = replace(a_facility(key), keys=(ClientKey(key.public, demo=True),))
    door.registry = Registry("demo", [client])
    assert verifier(door).verify(forge(key, door.claims()))
    door.registry = Registry("production", [client])
    assert told(door, forge(key, door.claims()))[0] == "access.assertion-refused"


# One use.


def test_an_assertion_opens_once(door: Door) -> None:
    gate, assertion = verifier(door), door.assertion()
    gate.verify(assertion)
    for wait in (0, 1, 118):
        door.wait(wait)
        with pytest.raises(Problem) as refused:
            gate.verify(assertion)
        assert refused.value.code == "access.assertion-replayed"
    door.wait(1)
    with pytest.raises(Problem) as refused:
        gate.verify(assertion)
    assert refused.value.facts["reason"] == "expired"


def test_an_id_is_used_up_whatever_else_changes(door: Door) -> None:
    gate = verifier(door)
    gate.verify(door.assertion(jti="the-same-id"))
    with pytest.raises(Problem) as refused:
        gate.verify(door.assertion(jti="the-same-id", exp=door.now + 300))
    assert refused.value.code == "access.assertion-replayed"


def test_an_id_belongs_to_its_client(door: Door) -> None:
    other = make_key()
    door.registry.put(a_facility(other, "clinic-2"))
    gate = verifier(door)
    assert gate.verify(door.assertion(jti="the-same-id"))
    assert gate.verify(door.assertion(other, iss="clinic-2", sub="clinic-2", jti="the-same-id"))


def test_a_refused_assertion_uses_nothing_up(door: Door) -> None:
    gate = verifier(door)
    with pytest.raises(Problem):
        gate.verify(forge(STRANGER, door.claims(jti="an-id-to-burn"), kid=door.key.public.key_id))
    assert gate.verify(door.assertion(jti="an-id-to-burn"))


def test_a_clock_that_is_set_back_revives_nothing(door: Door) -> None:
    gate, assertion = verifier(door), door.assertion()
    gate.verify(assertion)
    door.wait(600)
    gate.verify(door.assertion())  # by now the first id is forgotten
    door.clock.at -= timedelta(seconds=600)
    with pytest.raises(Problem) as refused:
        gate.verify(assertion)
    assert (refused.value.code, refused.value.facts["reason"]) == ("access.assertion-time", "expired")


def test_an_assertion_does_not_outlive_a_restart(door: Door) -> None:
    assertion = door.assertion()
    verifier(door).verify(assertion)
    door.wait(1)
    assert refusal(door, assertion).facts["reason"] == "made before the hub started"


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 300), st.integers(0, 90)), max_size=60))
def test_no_id_is_accepted_twice_while_it_lives(uses: list[tuple[int, int, int]]) -> None:
    memory, now, lives = ReplayMemory(), 1_000_000, dict[str, int]()
    for number, life, wait in uses:
        now += wait
        jti = f"jti-{number}"
        first = memory.use("clinic", jti, now + life, now)
        if lives.get(jti, 0) > now:
            assert not first
        if first:
            lives[jti] = now + life
        # Nothing is kept longer than the minute in which it expired.
        assert len(memory) <= sum(1 for expires in lives.values() if expires + 60 > now)


def test_a_full_memory_refuses_and_frees_itself() -> None:
    memory = ReplayMemory(most=100)
    for number in range(100):
        assert memory.use("clinic", f"jti-{number}", 1200, 1000)
    with pytest.raises(Problem) as refused:
        memory.use("clinic", "one-more", 1200, 1000)
    assert (refused.value.code, refused.value.facts) == ("access.busy", {"retry_after": 60})
    assert not memory.use("clinic", "jti-7", 1200, 1000)
    assert memory.use("clinic", "one-more", 1500, 1260)
    assert len(memory) == 1


# Nothing of what was sent comes out again.


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(
    text=st.text(max_size=200)
    | st.from_regex(r"[A-Za-z0-9_-]{0,60}(\.[A-Za-z0-9_-]{0,60}){2}", fullmatch=True)
)
def test_any_text_is_refused_with_a_problem(door: Door, text: str) -> None:
    assert told(door, text)[0] in ("access.assertion-malformed", "access.assertion-refused")


def test_no_refusal_repeats_what_was_sent(town: Door) -> None:
    canary = "canary-7c1f"
    sent = [
        *(forge(STRANGER, town.claims(**{claim: canary})) for claim in ("iss", "sub", "aud", "exp", "jti", "nbf")),
        *(forge(STRANGER, town.claims(), **{name: canary}) for name in ("alg", "kid", "typ", canary)),
        town.assertion(aud=canary, jti=canary),
        town.assertion(exp=town.now - 1, jti=canary),
        canary,
    ]  # fmt: skip
    for assertion in sent:
        problem = refusal(town, assertion)
        text = repr(problem) + str(problem) + str(problem.as_rfc9457()) + problem.title() + problem.mend()
        assert canary not in text
        assert problem.__cause__ is None
        assert problem.__context__ is None or problem.__suppress_context__


def test_a_key_shows_no_secret() -> None:
    raw = ed25519.Ed25519PrivateKey.generate()
    secret, key = raw.private_bytes_raw(), PrivateKey(raw)
    shown = repr(key) + str(key) + repr(a_facility(key))
    assert secret.hex() not in shown
    assert encode(secret) not in shown
