-- What is written on the claims that must be looked at day by day.
select c.*
from doubtful as c
inner join undecided as u on c.claim = u.claim
