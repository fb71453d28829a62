-- Of the other coverages of these people that ran on the day of care the one that began last. 医療扶助 takes over no claim
-- of an insurer, and one that ran gives way to a newer one only: begun later, or registered later.
with running as (
    select
        m.claim,
        m.day,
        m.runs,
        o.coverage,
        o.acquired,
        o.standing,
        case
            when o.acquired > m.acquired or (o.acquired = m.acquired and o.standing > m.standing) then 1
            else 0
        end as newer
    from contested as m
    inner join coverages as o
        on m.person = o.person and o.coverage <> m.coverage and o.acquired <= m.day and m.day < o.lost
    where o.hidden = 0 and not o.welfare
),

ranked as (
    select
        r.*,
        max(r.newer) over (partition by r.claim, r.day) as any_newer,
        row_number() over (partition by r.claim, r.day order by r.acquired desc, r.standing) as place
    from running as r
)

select
    r.claim,
    r.day,
    r.coverage
from ranked as r
where r.place = 1 and (not r.runs or r.any_newer = 1)
