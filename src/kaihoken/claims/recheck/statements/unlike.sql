-- The claims that are not simply as they are written.
select
    p.claim,
    case when p.answer = 0 then 'unknown' else 'branch-fixed' end as verdict,
    case when p.answer = 0 then 'not-found' else '' end as reason,
    cast(null as bigint) as responsible
from paired as p
left join undecided as u on p.claim = u.claim
where p.answer in (0, 2) and u.claim is null
union all
select
    w.claim,
    w.verdict,
    w.reason,
    w.responsible
from weighed as w
