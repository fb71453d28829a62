-- Each of them with every coverage that its numbers fit; of somebody who is known, only with that person's.
select
    c.claim,
    c.alone,
    c.branch_key as asked_branch,
    v.coverage,
    v.person,
    v.branch_key,
    v.acquired,
    v.lost,
    v.hidden,
    v.welfare,
    v.death,
    v.collected_on,
    v.standing
from disputed as c
inner join pairs as p on c.claim = p.claim
inner join coverages as v on p.coverage = v.coverage
where c.person is null or c.person = v.person
