-- What every claim comes to, as its number among the outcomes: most are as they are written.
select
    c.claim,
    c.claim_id,
    c.insurer,
    c.month,
    c.points,
    coalesce(n.outcome, p.outcome) as outcome
from claims as c
inner join plain as p on c.first_day = p.first_day
left join unlike as n on c.claim = n.claim
