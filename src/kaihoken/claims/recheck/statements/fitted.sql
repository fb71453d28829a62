-- How many coverages their numbers fit, and what is said of them: of one by itself, of several the gravest.
select
    p.claim,
    count(*) as fit,
    max(p.answer) as answer
from pairs as p
inner join doubtful as c on p.claim = c.claim
group by p.claim
