-- The claims that must be looked at day by day.
select s.claim
from several as s
union
select p.claim
from paired as p
where p.answer = 3
