-- Each of them with every coverage that its numbers fit; of somebody who is known, only with that person's.
select
    c.claim,
    c.alone,
    c.branch_key as asked_branch,
    f.coverage,
    f.person,
    f.branch_key,
    f.acquired,
    f.lost,
    f.hidden,
    f.welfare,
    f.death,
    f.collected_on,
    f.standing
from disputed as c
inner join fits as f on c.claim = f.claim
where c.person is null or c.person = f.person
