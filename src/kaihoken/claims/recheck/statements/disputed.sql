-- The claims that must be looked at day by day.
select
    c.*,
    (f.fit = 1) as alone
from doubtful as c
inner join fitted as f on c.claim = f.claim
where f.fit > 1 or f.answer = 3
