-- The claims whose numbers fit more than one coverage.
select p.claim
from paired as p
group by p.claim
having count(*) > 1
