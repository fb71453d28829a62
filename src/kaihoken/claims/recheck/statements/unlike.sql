-- The claims that are not simply as they are written, with 確認区分 as the forecast of the 審査支払機関.
with found as (
    select
        f.claim,
        case when f.answer = 0 then 'unknown' else 'branch-fixed' end as verdict,
        case when f.answer = 0 then 'not-found' else '' end as reason
    from fitting as f
    left join undecided as u on f.claim = u.claim
    where f.answer in (0, 2) and u.claim is null
    union all
    select
        w.claim,
        w.verdict,
        w.reason
    from weighed as w
)

select
    n.claim,
    n.verdict,
    n.reason,
    t.confirmation
from found as n
inner join doubtful as c on n.claim = c.claim
left join confirmations as t
    on n.verdict = t.verdict and n.reason = t.reason and c.first_day between t.first_day and t.last_day
