-- What is found on each day of care: the finding, the coverage that its claim speaks of, and the one that answers.
with unseen as (
    select
        h.claim,
        h.day,
        max(h.hidden) as hidden
    from held as h
    where h.hidden > 0 and h.runs
    group by h.claim, h.day
)

select
    d.claim,
    d.day,
    d.bit,
    case
        when m.claim is null or m.ambiguous then 'unconfirmable'
        when o.claim is not null then 'other-insurer'
        when m.runs then 'as-written'
        when m.acquired <= d.day and m.death then 'deceased'
        else 'not-covered'
    end as finding,
    case
        when m.ambiguous then 'several'
        when m.claim is not null then ''
        when u.hidden = 2 then 'suspended'
        when u.hidden = 1 then 'pending'
        else 'not-found'
    end as doubt,
    case when not m.ambiguous then m.coverage end as written,
    o.coverage as responsible,
    t.destination,
    (not m.runs and m.collected_on <= d.day) as collected,
    m.branch_key as registered_branch,
    d.asked_branch,
    d.public_payer
from visits as d
left join meant as m on d.claim = m.claim and d.day = m.day
left join others as o on d.claim = o.claim and d.day = o.day
left join takers as t on o.coverage = t.coverage
left join unseen as u on d.claim = u.claim and d.day = u.day
