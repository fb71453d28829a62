"""端数: how a part of a sum becomes yen, and how a bill becomes what is paid."""


def percent_of(yen: int, percent: int) -> int:
    """So many percent of a sum, to the yen; half a yen counts as one."""
    return (yen * percent + 50) // 100


def counter_rounded(yen: int, unit: int) -> int:
    """The bill of a day as it is paid: below half a unit dropped, from half on a whole one (健康保険法75条: 10 yen)."""
    return (yen + unit // 2) // unit * unit
