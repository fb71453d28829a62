"""通信量: what the questions of a desk weigh on its line, by day: some lines are paid by the byte."""

from kaihoken.desk.traffic.tally import About, DayTraffic, Tally, about_of
from kaihoken.desk.traffic.traffic import Traffic

__all__ = ["About", "DayTraffic", "Tally", "Traffic", "about_of"]
