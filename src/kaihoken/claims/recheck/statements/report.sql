-- The months in numbers: claims, points and yen by verdict. All claims are counted as if they were as written; then the few
-- that are not are taken from there and counted where they belong.
with counted as (
    select
        c.month,
        p.outcome,
        count(*) as claims,
        coalesce(sum(cast(c.points as bigint)), 0) as points
    from claims as c
    inner join plain as p on c.first_day = p.first_day
    group by c.month, p.outcome
),

moved as (
    select
        c.month,
        n.outcome,
        p.outcome as plain_outcome,
        count(*) as claims,
        coalesce(sum(cast(c.points as bigint)), 0) as points
    from unlike as n
    inner join claims as c on n.claim = c.claim
    inner join plain as p on c.first_day = p.first_day
    group by c.month, n.outcome, p.outcome
),

together as (
    select
        a.month,
        a.outcome,
        a.claims,
        a.points
    from counted as a
    union all
    select
        m.month,
        m.plain_outcome,
        -m.claims,
        -m.points
    from moved as m
    union all
    select
        m.month,
        m.outcome,
        m.claims,
        m.points
    from moved as m
)

select
    n.month,
    t.verdict,
    t.reason,
    sum(n.claims) as claims,
    sum(n.points) as points,
    sum(n.points) * 10 as yen
from together as n
inner join outcomes as t on n.outcome = t.outcome
group by n.month, t.verdict, t.reason
having sum(n.claims) > 0
order by n.month, t.verdict, t.reason
