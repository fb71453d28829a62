-- The days of each claim together. What is gravest decides: a death, a loss, a doubt; then who answers for which days.
with counted as (
    select
        f.claim,
        sum(case when f.finding = 'deceased' then 1 else 0 end) as deceased,
        sum(case when f.finding = 'not-covered' then 1 else 0 end) as not_covered,
        sum(case when f.finding = 'unconfirmable' then 1 else 0 end) as doubtful,
        sum(case when f.finding = 'as-written' then 1 else 0 end) as as_written,
        max(case when f.finding = 'not-covered' and f.collected then 1 else 0 end) as collected,
        max(case when f.finding = 'unconfirmable' then f.doubt end) as doubt,
        count(distinct f.destination) as destinations,
        min(f.responsible) as responsible,
        max(case when f.finding = 'as-written' and f.registered_branch <> c.branch_key then 1 else 0 end) as branch_differs
    from findings as f
    inner join disputed as c on f.claim = c.claim
    group by f.claim
)

select
    n.claim,
    case
        when n.deceased > 0 or n.not_covered > 0 then 'lost'
        when n.doubtful > 0 then 'unknown'
        when n.destinations = 0 and n.branch_differs = 1 then 'branch-fixed'
        when n.destinations = 0 then 'as-written'
        when c.public_payer then 'excluded'
        when n.destinations = 1 and n.as_written = 0 then 'switched'
        else 'split'
    end as verdict,
    case
        when n.deceased > 0 then 'death'
        when n.not_covered > 0 and n.collected = 1 then 'collected'
        when n.not_covered > 0 then 'no-new'
        when n.doubtful > 0 then n.doubt
        when n.destinations > 0 and c.public_payer then 'public-payer'
        else ''
    end as reason,
    case when n.destinations = 1 and n.as_written = 0 then n.responsible end as responsible
from counted as n
inner join disputed as c on n.claim = c.claim
