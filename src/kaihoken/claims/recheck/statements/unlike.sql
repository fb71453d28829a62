-- The claims that are not simply as they are written, with what they come to as its number among the outcomes.
with found as (
    select
        c.claim,
        case when f.claim is null then 'unknown' else 'branch-fixed' end as verdict,
        case when f.claim is null then 'not-found' else '' end as reason
    from doubtful as c
    left join fitted as f on c.claim = f.claim
    where f.claim is null or (f.fit = 1 and f.answer = 2)
    union all
    select
        w.claim,
        w.verdict,
        w.reason
    from weighed as w
)

select
    n.claim,
    t.outcome
from found as n
inner join doubtful as c on n.claim = c.claim
inner join outcomes as t
    on n.verdict = t.verdict and n.reason = t.reason and c.first_day between t.first_day and t.last_day
