-- 振替: the claims that another insurer answers for on all their days, and which.
select
    d.claim_id,
    d.month,
    lpad(cast(d.insurer as varchar), 8, '0') as from_insurer_number,
    lpad(cast(v.insurer as varchar), 8, '0') as to_insurer_number,
    v.symbol as to_symbol,
    v.number as to_number,
    v.branch as to_branch,
    d.points
from decided as d
inner join coverages as v on d.responsible = v.coverage
where d.verdict = 'switched'
order by d.claim
