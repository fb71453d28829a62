-- The month in numbers: claims, points and yen by verdict.
select
    d.month,
    d.verdict,
    d.reason,
    count(*) as claims,
    coalesce(sum(cast(d.points as bigint)), 0) as points,
    coalesce(sum(cast(d.points as bigint)), 0) * 10 as yen
from decided as d
group by d.month, d.verdict, d.reason
order by d.month, d.verdict, d.reason
