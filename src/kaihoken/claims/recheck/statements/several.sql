-- The claims whose numbers fit more than one coverage.
select f.claim
from fitting as f
group by f.claim
having count(*) > 1
