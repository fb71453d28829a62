-- The claims that must be looked at day by day.
select s.claim
from several as s
union
select f.claim
from fitting as f
where f.answer = 3
