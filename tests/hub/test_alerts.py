"""Every number of /metrics is explained and has an alarm, or a reason why not; every alarm is about numbers that are
there and says what to do."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from .hub import a_hub, a_row

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
RULES: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "deploy" / "prometheus-alerts.yaml").read_text(encoding="utf-8")
)["groups"][0]["rules"]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*) | (?P<number>\d+(?:\.\d+)?) | (?P<text>"[^"]*")
      | (?P<range>\[\d+[smhd]\]) | (?P<sign>==|!=|<=|>=|=~|[-+*/<>=(){},])
    )""",
    re.VERBOSE,
)
FUNCTIONS = {"rate", "increase", "histogram_quantile", "sum", "ignoring", "time"}
OF_PROMETHEUS = {"up"}


class Expression:
    """A reader of the part of PromQL that the rules use. Raises ValueError where one cannot be read."""

    def __init__(self, text: str) -> None:
        self.metrics: set[str] = set()
        self.labels: set[tuple[str, str, str]] = set()
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                raise ValueError(f"cannot be read from {text[at:]!r} on")
            assert found.lastgroup is not None
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self._comparison()
        if self._tokens:
            raise ValueError(f"left over: {self._tokens}")

    def _next(self, *wanted: str) -> str:
        if not self._tokens or (wanted and self._tokens[0][1] not in wanted):
            raise ValueError(f"{wanted} is missing before {self._tokens[:1]}")
        return self._tokens.pop(0)[1]

    def _is(self, *signs: str) -> bool:
        return bool(self._tokens) and self._tokens[0][1] in signs

    def _comparison(self) -> None:
        self._sum()
        self._next("==", "!=", "<", ">", "<=", ">=")
        self._sum()

    def _sum(self) -> None:
        self._value()
        while self._is("+", "-", "*", "/"):
            self._next()
            if self._is("ignoring"):
                self._next()
                self._labels("(", ")")
            self._value()

    def _value(self) -> None:
        if self._is("("):
            self._next()
            self._sum()
            self._next(")")
            return
        if not self._tokens:
            raise ValueError("it ends too early")
        sort, text = self._tokens.pop(0)
        if sort == "number":
            return
        if sort != "name":
            raise ValueError(f"a value is missing before {text}")
        if self._is("("):
            if text not in FUNCTIONS:
                raise ValueError(f"no function {text}")
            self._next()
            while not self._is(")"):
                self._sum()
                if self._is(","):
                    self._next()
            self._next(")")
            return
        self.metrics.add(text)
        if self._is("{"):
            self._next()
            while not self._is("}"):
                label, _, value = self._next(), self._next("=", "=~", "!="), self._next()
                self.labels.add((text, label, value.strip('"')))
                if self._is(","):
                    self._next()
            self._next("}")
        if self._tokens and self._tokens[0][0] == "range":
            self._next()

    def _labels(self, begin: str, end: str) -> None:
        self._next(begin)
        while not self._is(end):
            self._next()
        self._next(end)


def documented() -> dict[str, list[str]]:
    """The rows of the page by the name of the metric."""
    rows = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| `kaihoken_")]
    return {row[0].strip("`").partition("{")[0]: row for row in rows}


def family(name: str) -> str:
    for end in ("_bucket", "_sum", "_count"):
        name = name.removesuffix(end)
    return name


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_rule_can_be_read_and_asks_for_numbers_that_are_there(rule: dict[str, Any]) -> None:
    expression = Expression(rule["expr"])

    assert expression.metrics
    assert {family(name) for name in expression.metrics} <= documented().keys() | OF_PROMETHEUS
    assert rule["labels"]["severity"] in ("page", "look")
    assert " / " in rule["annotations"]["summary"], "in Japanese and in English"
    assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_rule_says_what_to_do(rule: dict[str, Any]) -> None:
    name = rule["alert"]
    assert rule["annotations"]["look"] == f"docs/alerts.md#{name.lower()}"
    told = re.search(rf"(?ms)^### {name}\n(.+?)(?=^###|\Z)", PAGE)

    assert told is not None
    assert len(told[1].split()) > 15


def test_every_metric_has_an_alarm_or_a_reason_why_not() -> None:
    watched = {family(name) for rule in RULES for name in Expression(rule["expr"]).metrics}
    named = {rule["alert"] for rule in RULES}

    for metric, row in documented().items():
        alarm = row[3]
        if alarm.startswith("none: "):
            assert len(alarm.split()) > 5, f"{metric}: a reason"
            assert metric not in watched
        else:
            assert alarm.split(" ")[0].rstrip(" |") in named, f"{metric}: {alarm}"
            assert metric in watched, f"{metric}: no rule asks for it"


def test_every_heading_of_the_page_is_a_rule() -> None:
    headings = re.findall(r"(?m)^### (\w+)$", PAGE)

    assert headings == [rule["alert"] for rule in RULES]


async def test_the_labels_that_rules_ask_for_are_there(tmp_path: Path) -> None:
    """A label's name is one that the hub gives (`up` is Prometheus' own)."""
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row(), a_row(number=""))
        await hub.ask()
        await hub.http.get("/nowhere")
        token = await hub.token("operator")
        text = (await hub.http.get("/metrics", headers={"Authorization": f"Bearer {token}"})).text
    asked = {one for rule in RULES for one in Expression(rule["expr"]).labels if one[0] not in OF_PROMETHEUS}

    assert asked
    for name, label, value in asked:
        pattern = rf"(?m)^{name}\{{[^}}]*{label}=\"" + (re.escape(value) + '"' if label != "code" else "")
        assert re.search(pattern, text), f"{name} has no {label}={value}"


@pytest.mark.parametrize(
    "text",
    ["kaihoken_ready", "kaihoken_ready == ", "sum(rate(x[5m)) > 1", "median(x) > 1", "x > 1 1", "x ? 1 > 2"],
)
def test_an_expression_that_is_none_would_be_found(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Expression(text)
