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
        min(f.destination) as one_destination,
        max(f.destination) as other_destination,
        min(f.responsible) as responsible,
        max(case when f.finding = 'as-written' and f.registered_branch <> f.asked_branch then 1 else 0 end)
            as branch_differs,
        max(case when f.public_payer then 1 else 0 end) as public_payer
    from findings as f
    group by f.claim
),

answered as (
    select
        n.*,
        (n.one_destination is not null) as moves,
        (n.one_destination = n.other_destination and n.as_written = 0) as moves_as_one
    from counted as n
)

select
    n.claim,
    case
        when n.deceased > 0 or n.not_covered > 0 then 'lost'
        when n.doubtful > 0 then 'unknown'
        when not n.moves and n.branch_differs = 1 then 'branch-fixed'
        when not n.moves then 'as-written'
        when n.public_payer = 1 then 'excluded'
        when n.moves_as_one then 'switched'
        else 'split'
    end as verdict,
    case
        when n.deceased > 0 then 'death'
        when n.not_covered > 0 and n.collected = 1 then 'collected'
        when n.not_covered > 0 then 'no-new'
        when n.doubtful > 0 then n.doubt
        when n.moves and n.public_payer = 1 then 'public-payer'
        else ''
    end as reason,
    case when n.moves_as_one then n.responsible end as responsible
from answered as n
