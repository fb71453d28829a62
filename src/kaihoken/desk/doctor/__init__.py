"""The doctor: which part of a desk fails, in plain words with the next step, and a report to send.

`facts` what was found out; `checks` decide over it (one table, pure); `looking` is the edge that finds it out; `report`
what is sent to who helps; `pages` and `commands` show it.
"""

from kaihoken.desk.doctor.checks import CHECKS, Finding, Part, Result, Standing, examined, is_well
from kaihoken.desk.doctor.examination import examine_desk, examine_folder
from kaihoken.desk.doctor.facts import Facts
from kaihoken.desk.doctor.machine import this_machine
from kaihoken.desk.doctor.pages import ROWS
from kaihoken.desk.doctor.report import Counts, Report, as_text, report_of
from kaihoken.desk.doctor.said import Said, said

__all__ = [
    "CHECKS",
    "ROWS",
    "Counts",
    "Facts",
    "Finding",
    "Part",
    "Report",
    "Result",
    "Said",
    "Standing",
    "as_text",
    "examine_desk",
    "examine_folder",
    "examined",
    "is_well",
    "report_of",
    "said",
    "this_machine",
]
