-- The verdict of every claim.
select
    p.claim,
    p.claim_id,
    p.insurer,
    p.month,
    p.first_day,
    p.points,
    case
        when p.registered_branch is null then 'unknown'
        when p.registered_branch <> p.branch_key then 'branch-fixed'
        else 'as-written'
    end as verdict,
    case when p.registered_branch is null then 'not-found' else '' end as reason,
    cast(null as bigint) as responsible
from paired as p
left join undecided as u on p.claim = u.claim
where u.claim is null
union all
select
    c.claim,
    c.claim_id,
    c.insurer,
    c.month,
    c.first_day,
    c.points,
    w.verdict,
    w.reason,
    w.responsible
from weighed as w
inner join disputed as c on w.claim = c.claim
