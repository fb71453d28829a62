"""`python -m bench [PART …] [--large]`: measure everything, or the parts that are named, print each row and write it to
docs/benchmarks.md."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bench import (
    checking,
    counting,
    dispatching,
    drilling,
    dropping,
    lists,
    opening,
    paying,
    planner_slider,
    presenting,
    proving,
    questions,
    reaching,
    rechecking,
    registering,
    rotating,
    supply,
    table,
    workforce_index,
)
from bench.nation import Nation, nation, nation_folder
from bench.table import Row
from kaihoken.clock import SystemClock

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
MADE_IN = {100_000: 10, 10_000_000: 900}  # seconds
FEW, MANY, MOST = 100_000, 1_000_000, 10_000_000
MADE = "people made"


class Run:
    """One run: its sizes, and its parts by name."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        large = arguments.large
        self.folder = Path(arguments.folder)
        self.people = arguments.people or (MOST if large else MANY)
        self._rows = arguments.rows or (1_000_000 if large else 100_000)
        self._items = arguments.items or MANY  # fewer do not fill the caches that any work fills
        self._claims = arguments.claims or (50_000_000 if large else 5_000_000)
        self._records = arguments.records or (100_000_000 if large else 1_000_000)
        self._operate = None if arguments.people else ROOT / "docs" / "operate.md"
        self._nations: dict[int, Nation] = {}

    @property
    def parts(self) -> Mapping[str, Callable[[], list[Row]]]:
        """In the order of the table."""
        folder = self.folder
        parts: dict[str, Callable[[], list[Row]]] = {
            "people": lambda: [*_made_in(self._nation(FEW)), *_made_in(self._nation(self.people))],
            "questions": lambda: questions.over_http(self._nation(self.people), folder),
            "fhir": lambda: questions.in_fhir(self._nation(self.people), folder),
            "kill": lambda: questions.after_a_kill(self._nation(self.people), folder),
            "size": lambda: questions.by_size(self._nation(FEW), self._nation(self.people), folder),
            "postgres": lambda: questions.on_postgres(folder, min(self.people, MANY)),
            "registering": lambda: registering.while_registering(
                self._nation(self.people), folder, self._rows
            ),
            "folder": lambda: dropping.dropped(self._nation(FEW), folder),
            "reader": presenting.presented,
            "desk": lambda: opening.opened(self._nation(FEW)),
            "lists": lambda: lists.listed(self._nation(self.people), folder, self._items),
            "rotation": lambda: rotating.while_rotating(self._nation(self.people), folder),
            "proofs": lambda: proving.proofs(folder / "proofs", self._records),
            "statistics": lambda: counting.counted(folder / "counting", MANY),
            "catchments": reaching.catchments,
            "dispatch": dispatching.planned,
            "supply": supply.simulated,
            "payment": paying.worked_through,
            "recheck": lambda: rechecking.rechecked(folder / "recheck", self._claims),
            "claims": lambda: checking.checked(folder),
            "slider": planner_slider.dragged,
            "workforce-index": workforce_index.from_raw_tables,
            "drill": lambda: drilling.drilled(self._nation(FEW), folder, self._operate),
        }
        if self.people > MANY:
            del parts["rotation"]  # of so many it takes most of an hour
            del parts["workforce-index"]
            del parts["dispatch"]
            del parts["slider"]
            del parts["payment"]
            del parts["claims"]
            del parts["reader"]
            del parts["desk"]
            del parts["catchments"]  # they know nothing of these people
        return parts

    def rows(self, names: list[str]) -> Iterator[Row]:
        """The rows of these parts, as they are measured."""
        for name, part in self.parts.items():
            if name in names:
                yield from part()

    def _nation(self, people: int) -> Nation:
        if people not in self._nations:
            self._nations[people] = nation(nation_folder(self.folder / f"nation-{people}"), people)
        return self._nations[people]


def main() -> None:
    """Measure and write."""
    arguments = _arguments()
    run = Run(arguments)
    run.folder.mkdir(parents=True, exist_ok=True)
    names = arguments.parts or [name for name in run.parts if name not in arguments.without]
    unknown = {*names, *arguments.without} - run.parts.keys()
    if unknown:
        raise SystemExit(f"no part {', '.join(sorted(unknown))}; the parts are {', '.join(run.parts)}")
    rows: list[Row] = []
    for row in run.rows(names):
        rows.append(row)
        print(f"{'ok  ' if row.met else 'MISS'} {row.measure}: {row.shown}", flush=True)
    if arguments.people:
        return  # another size than those of the page
    note = f"Python {sys.version.split()[0]}. {arguments.note}".rstrip()
    some = names != list(run.parts)
    table.write(PAGE, run.people, rows, SystemClock().today(), note, lambda line: some or line.endswith(MADE))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help="only these parts; the other rows stay")
    parser.add_argument("--without", action="append", default=[], metavar="PART", help="all parts but this")
    parser.add_argument("--large", action="store_true", help="10 million people, 100 million records")
    parser.add_argument("--people", type=int, help="another size than the published ones (writes no table)")
    parser.add_argument("--folder", default=str(ROOT / "bench-store"), help="where nations are kept")
    parser.add_argument("--rows", type=int, help="rows to register while questions run")
    parser.add_argument("--records", type=int, help="another size of the log whose records are proved")
    parser.add_argument("--claims", type=int, help="another size of the year of claims that is rechecked")
    parser.add_argument("--items", type=int, help="people of the list that is answered")
    parser.add_argument("--note", default="", help="a line about the machine, for the table")
    return parser.parse_args()


def _made_in(made: Nation) -> list[Row]:
    """How long it took to make the nation, where this run made it."""
    seconds = made.seconds_to_make
    target = MADE_IN.get(made.people)
    if seconds is None or target is None:
        return []
    return [Row(f"{made.people:,} {MADE}", target, "low", seconds, f"{seconds:.1f} s")]


if __name__ == "__main__":
    main()
