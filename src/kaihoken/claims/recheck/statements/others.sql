-- Of the other coverages of these people that ran on the day of care the one that began last, of those the one that was
-- registered first: `later` is greatest for it (a `standing` is below 2³²). 医療扶助 takes over no claim of an insurer, and
-- one that ran gives way to a newer one only: begun later, or registered later.
with running as (
    select
        m.claim,
        m.day,
        m.runs,
        o.coverage,
        cast(o.acquired - date '0001-01-01' as bigint) * 4294967296 - o.standing as later,
        (o.acquired > m.acquired or (o.acquired = m.acquired and o.standing > m.standing)) as newer
    from contested as m
    inner join coverages as o
        on m.person = o.person and o.coverage <> m.coverage and o.acquired <= m.day and m.day < o.lost
    where o.hidden = 0 and not o.welfare
)

select
    r.claim,
    r.day,
    max_by(r.coverage, r.later) as coverage
from running as r
group by r.claim, r.day
having bool_or(r.newer or not r.runs)
