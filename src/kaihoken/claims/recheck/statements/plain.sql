-- What a claim that is as it is written comes to, by its first day of care.
select
    d.day as first_day,
    t.outcome
from calendar as d
inner join outcomes as t on t.verdict = 'as-written' and d.day between t.first_day and t.last_day
