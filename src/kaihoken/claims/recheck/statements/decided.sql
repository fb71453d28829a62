-- The verdict of every claim: of most that it is as written.
select
    c.claim,
    c.claim_id,
    c.insurer,
    c.month,
    c.first_day,
    c.points,
    coalesce(n.verdict, 'as-written') as verdict,
    coalesce(n.reason, '') as reason,
    n.confirmation
from claims as c
left join unlike as n on c.claim = n.claim
