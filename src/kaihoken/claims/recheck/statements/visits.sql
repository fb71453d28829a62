-- Their days of care, one a row, with the rules of that day. `bit` is the day among the days of its month.
select
    c.claim,
    d.day,
    d.bit,
    t.written_counts,
    c.public_payer,
    c.branch_key as asked_branch
from disputed as c
inner join calendar as d on c.month = d.month and (c.days & d.bit) <> 0
inner join terms as t on d.day between t.first_day and t.last_day
