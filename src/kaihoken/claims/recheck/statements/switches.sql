-- 振替: the claims that another insurer answers for on all their days, and which.
select
    c.claim_id,
    c.month,
    lpad(cast(c.insurer as varchar), 8, '0') as from_insurer_number,
    lpad(cast(v.insurer as varchar), 8, '0') as to_insurer_number,
    v.symbol as to_symbol,
    v.number as to_number,
    v.branch as to_branch,
    c.points
from weighed as w
inner join claims as c on w.claim = c.claim
inner join takers as v on w.responsible = v.coverage
where w.verdict = 'switched'
order by c.claim
