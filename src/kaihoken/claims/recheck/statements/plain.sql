-- 確認区分 of a claim that is as it is written, by its first day of care.
select
    d.day as first_day,
    t.confirmation
from calendar as d
inner join confirmations as t on t.verdict = 'as-written' and d.day between t.first_day and t.last_day
