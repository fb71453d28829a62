"""docs/carriers.md shows what a hub answers, in each carrier the same facts."""

from . import carriers


async def test_the_page_shows_what_a_hub_answers() -> None:
    page = carriers.PAGE.read_text(encoding="utf-8")
    _, _, rest = page.partition(carriers.BEGIN)
    shown, end, _ = rest.partition(carriers.END)

    assert end, "the page has lost its marks"
    assert shown.strip() == await carriers.page(), "python -m tests.hub.carriers writes it anew"


def test_each_carrier_shows_the_same_facts() -> None:
    page = carriers.PAGE.read_text(encoding="utf-8")
    parts = page.split("\n## ")[2:]

    assert len(parts) == 4
    for part in parts:
        for fact in ("東京都架空区1-2-3", "山田", "A05", "架空の保険者"):
            assert fact in part, (part[:30], fact)
        assert "1980-01-01" in part or "19800101" in part


async def test_each_carrier_says_the_same_of_each_fact() -> None:
    differing = []
    for fact, ours, xml, tree, fhir in carriers.side_by_side(await carriers.told_of_him()):
        assert ours, fact
        assert xml == tree, fact
        others = [said for said in (xml, fhir) if said]
        if {carriers.plain(said) for said in others} != {carriers.plain(ours)}:
            differing.append((fact, ours, xml, fhir))

    assert differing == []
