"""A file of claims or coverages as DuckDB reads it: its columns with their types, and the statement that checks it and
brings it into one form. Names in the statements are those of our own columns; nothing of a row is ever part of one."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from kaihoken.claims.recheck.columns import Column, Kind
from kaihoken.claims.recheck.terms import LAST_DAY, day_terms
from kaihoken.coverage import DEATH, SHOWN_STATES, WELFARE
from kaihoken.problems import Problem

TOKYO = ZoneInfo("Asia/Tokyo")

_SUSPENDED = "suspended-3"
_STATES = dict.fromkeys(("", *sorted(SHOWN_STATES)), 0) | {"pending": 1, _SUSPENDED: 2}
_LINE = re.compile(r"Line: (\d+)")
KEYED = {"number": "bigint", "symbol": "bigint", "branch": "tinyint"}
"""The columns that may hold more than digits, with what their keys are kept as."""

_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
"""Types in which a number is whole. A cast alone does not say so of another: DuckDB makes 2 of 1.5 and 3 of 0x3."""
_DAY_LENGTH = 10

_OWNER = ("insurer_number", "symbol", "number", "branch", "birthdate")
_TOLD = ("claim_id", *_OWNER, "points", "public_payer", "person")


class Source:
    """A file of one of the tables: its columns with their types, and the statement that reads it."""

    def __init__(self, database: duckdb.DuckDBPyConnection, file: Path, columns: Iterable[Column]) -> None:
        self.columns = {column.name: column for column in columns}
        self._from = _reader(file)
        described = told(database, f"describe select * from {self._from}", str(file)).fetchall()
        self.types = {str(name): str(kind) for name, kind, *_ in described}
        unknown = sorted(self.types.keys() - self.columns.keys())
        if unknown:
            known = ", ".join(self.columns)
            raise Problem(
                "claims.recheck-unknown-column", where=str(file), columns=", ".join(unknown), known=known
            )
        missing = [
            name for name, column in self.columns.items() if column.required and name not in self.types
        ]
        if missing:
            raise Problem("claims.recheck-columns", where=str(file), columns=", ".join(missing))

    def claims(self) -> str:
        """Claims with their days as bits of one number. `to_last` is the last day of care where one coverage may answer
        for the claim alone, and a day that none reaches where it may not: the newer of two may count before the one
        that is written, or the person is known."""
        written = " or ".join(
            f"first_day between date '{first}' and date '{last}'"
            for first, last, counts in day_terms()
            if counts
        )
        earliest = min(first for first, _, _ in day_terms())
        return _keyed(f"""
            select * exclude (person, fault), nullif(person, '') as person,
                case when ({written}) and person = '' then last_day else date '{LAST_DAY}' end as to_last,
                case when fault is not null then fault
                    when first_day is null or last_day > last_day(month) or first_day < date '{earliest}' then 'days'
                end as fault
            from (
                select * exclude (first, last), month + (first - 1)::integer as first_day,
                    month + (last - 1)::integer as last_day
                from ({self._visit_days() if "day" in self.types else self._whole_claims()})
            )""")

    def coverages(self, as_known: date | None) -> str:
        """Coverages as they were known at the end of a day, None for everything that is known. `shown_until` is `lost`
        of one that may be shown; of another the first day, so that it ran on none."""
        kept = ("person", *_OWNER, "collected_on")
        parts = [f"{self._value(name)} as {name}" for name in kept]
        states = " ".join(f"when '{state}' then {hidden}" for state, hidden in _STATES.items())
        parts += [
            f"{self._value('from_day')} as acquired",
            f"coalesce({self._value('until_day')}, date '{LAST_DAY}') as lost",
            f"{self._value('loss_reason')} = '{DEATH}' as death",
            f"{self._value('kind')} = '{WELFARE}' as welfare",
            f"case {self._value('match')} {states} end::tinyint as hidden",
            f"coalesce({self._value('subject')}, row) as standing",
            f"{self._faults()} as fault",
        ]
        read = f"select row, {', '.join(parts)} from {self._rows()} where {self._known(as_known)}"
        return _keyed(
            f"select *, case when hidden = 0 then lost else acquired end as shown_until from ({read})"
        )

    def odd(self, column: str) -> str:
        """What stands in a column of `KEYED` and is more than digits."""
        text = self._text(column)
        return f"""select distinct {text} from {self._from}
            where not plain({text}) and {column}_of({text}) is null"""

    def _whole_claims(self) -> str:
        values = [f"{self._value(name)} as {name}" for name in (*_TOLD, "month")]
        return f"""
            select row, {", ".join((*_TOLD, "month"))},
                list_bit_or(list_transform(listed, lambda d: 1 << (d - 1)))::integer as days,
                list_min(listed) as first, list_max(listed) as last,
                case when fault is null and month is null then 'month' else fault end as fault
            from (select row, {", ".join(values)}, {self._value("days")} as listed, {self._faults()} as fault
                from {self._rows()})"""

    def _visit_days(self) -> str:
        values = [f"{self._value(name)} as {name}" for name in _TOLD]
        differ = " or ".join(f"min({name}) <> max({name})" for name in (*_OWNER, "month"))
        day = self._value("day")
        return f"""
            select min(row) as row, claim_id, {", ".join(f"min({name}) as {name}" for name in _TOLD[1:])},
                min(month) as month, bit_or(1 << (dom - 1))::integer as days, min(dom) as first, max(dom) as last,
                case when max(fault) is not null then max(fault) when {differ} then 'claim_id' end as fault
            from (select row, {", ".join(values)}, date_trunc('month', {day})::date as month,
                extract(day from {day})::integer as dom,
                case when {day} is null then 'day' else {self._faults()} end as fault from {self._rows()})
            group by claim_id"""

    @property
    def counts_in_order(self) -> bool:
        """Whether a row has its number by being read after the one before. In Parquet it brings its own, and the rows
        may be read side by side."""
        return not self._from.startswith("read_parquet")

    def _rows(self) -> str:
        number = "row_number() over ()" if self.counts_in_order else "file_row_number + 1"
        return f"(select *, {number} as row from {self._from})"

    def _text(self, name: str) -> str:
        if name not in self.types:
            return "''"  # the column is not there: as if nothing stood in it
        return (
            f"coalesce({name}, '')"
            if self.types[name] == "VARCHAR"
            else f"coalesce(cast({name} as varchar), '')"
        )

    def _value(self, name: str) -> str:
        """What a column holds, NULL where it holds nothing or what cannot be read; texts are never NULL."""
        kind, text = self.columns[name].kind, self._text(name)
        own = self.types.get(name, "")
        if kind is Kind.DAY:
            return name if own == "DATE" else f"try_cast(nullif(trim({text}), '') as date)"
        if kind is Kind.MONTH:
            written = f"try_cast(nullif(trim({text}), '') || '-01' as date)"
            return f"date_trunc('month', {name})::date" if own == "DATE" else written
        if kind is Kind.WHOLE and own == "INTEGER":
            return name
        if kind is Kind.WHOLE:
            return f"try_cast(nullif(trim({text}), '') as integer)"
        if kind is Kind.YES_NO:
            if own == "BOOLEAN":
                return f"coalesce({name}, false)"
            return f"coalesce(try_cast(nullif(trim({text}), '') as boolean), false)"
        if kind is Kind.DAYS:
            numbers = name if own.endswith("[]") else f"string_split(trim({text}), ' ')"
            in_month = "case when try_cast(d as integer) between 1 and 31 then try_cast(d as integer) end"
            if own.removesuffix("[]") not in _INTEGERS:
                in_month = f"case when {_whole('d', own)} then {in_month} end"
            return f"list_transform({numbers}, lambda d: {in_month})"
        return text

    def _faults(self) -> str:
        """The first column of a row that cannot be read, NULL for none."""
        cases = [f"when {wrong} then '{name}'" for name in self.types for wrong in self._wrong(name)]
        return f"case {' '.join(cases)} end"

    def _wrong(self, name: str) -> list[str]:
        column, text, value = self.columns[name], self._text(name), self._value(name)
        there = f"trim({text}) <> ''" if self.types[name] == "VARCHAR" else f"{name} is not null"
        own = self.types[name]
        if column.kind in (Kind.DAY, Kind.MONTH):
            outside = f"coalesce({value} > date '{date.max}', true)"
            if column.kind is Kind.DAY and own != "DATE":
                outside = f"({outside} or {_with_a_time(text, own)})"
            return [outside if column.required else f"{there} and {outside}"]
        if column.kind is Kind.WHOLE:
            unlike = "" if own in _INTEGERS else f" or not {_whole(f'trim({text})', own)}"
            return [f"{there} and (coalesce({value}, -1) < 0{unlike})"]
        if column.kind is Kind.YES_NO:
            return [f"{there} and try_cast(trim({text}) as boolean) is null"]
        if column.kind is Kind.DAYS:
            return [f"len(list_filter({value}, lambda d: d is null)) > 0"]
        if column.kind is Kind.STATE:
            return [f"{text} not in ({', '.join(repr(state) for state in _STATES)})"]
        if column.kind is Kind.INSTANT:
            return [f"{there} and {self._instant(name)} is null"]
        return [f"not ({there})"] if column.required and column.kind is Kind.TEXT else []

    def _known(self, as_known: date | None) -> str:
        superseded = self._instant("superseded_at")
        if as_known is None:
            return f"{superseded} is null"
        day_after = datetime.combine(as_known + timedelta(days=1), time(), TOKYO).isoformat()
        end = f"timestamptz '{day_after}'"
        return (
            f"not coalesce({self._instant('recorded_at')} >= {end}, false)"
            f" and not coalesce({superseded} < {end}, false)"
        )

    def _instant(self, name: str) -> str:
        """An instant: of a day its beginning in Japan. NULL for one that does not say where."""
        if self.types.get(name, "") == "TIMESTAMP WITH TIME ZONE":
            return name
        text = self._text(name)
        return (
            f"case when length({text}) = 10 then try_cast({text} || 'T00:00:00+09:00' as timestamptz)"
            f" when regexp_matches({text}, '[Zz+-][0-9:]*$') then try_cast({text} as timestamptz) end"
        )


def _whole(written: str, own: str) -> str:
    """Whether it is a whole number as written; behind a point only zeros, and only where the column is not text."""
    behind = "" if "VARCHAR" in own else "([.]0+)?"
    return f"regexp_full_match(cast({written} as varchar), '[0-9]+{behind}')"


def _with_a_time(text: str, own: str) -> str:
    """Whether a day has a time beside it. In a column of instants midnight is none."""
    longer = f"length(trim({text})) > {_DAY_LENGTH}"
    return longer if own == "VARCHAR" else f"({longer} and not ends_with({text}, ' 00:00:00'))"


def _keyed(rows: str) -> str:
    """Rows with their keys. A key that cannot be made is a fault of its column. Nearly no row has one: it is kept as
    a byte, where a text that is not there would take sixteen."""
    keys = ", ".join(
        f"coalesce({column}_of(k.{column}), f_{column}.key)::{kind} as {column}_key"
        for column, kind in KEYED.items()
    )
    folded = " ".join(
        f"left join folded_{column} as f_{column} on k.{column} = f_{column}.written" for column in KEYED
    )
    unread = " ".join(f"when {column}_key is null then '{column}'" for column in KEYED)
    return f"""
        select * exclude (insurer_number, birthdate, fault), owner_of(insurer, birthdate) as owner,
            cast(case when fault is not null then fault when insurer is null then 'insurer_number' {unread} end
                as column_name) as fault
        from (
            select k.*, insurer_of(k.insurer_number) as insurer, {keys}
            from ({rows}) as k {folded})"""


def told(database: duckdb.DuckDBPyConnection, question: str, name: str) -> duckdb.DuckDBPyConnection:
    """Asks something of a file. What goes wrong is told without what stands in the file. Problem
    `claims.recheck-unreadable`."""
    try:
        return database.execute(question)
    except (duckdb.IOException, duckdb.ProgrammingError, duckdb.DataError) as error:
        line = _LINE.search(str(error))
        raise Problem("claims.recheck-unreadable", where=name, line=line[1] if line else "-") from None


def _reader(file: Path) -> str:
    # A name is that of one file: [1] and * in it are no pattern, and a folder called number=7 is no column.
    path = re.sub(r"([\[*?])", r"[\1]", str(file.absolute())).replace("'", "''")
    if file.suffix.lower() == ".parquet":
        return f"read_parquet('{path}', hive_partitioning = false)"
    if file.suffix.lower() == ".csv":
        return (
            f"read_csv('{path}', header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"',"
            " hive_partitioning = false)"
        )
    raise Problem("claims.recheck-file-kind", where=str(file))
