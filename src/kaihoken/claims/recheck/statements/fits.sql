-- Each of them with every coverage that its numbers fit (no 記号 on a claim fits every 記号), and what that coverage alone
-- would say. `answer` is 1 where it may be shown and ran from the first to the last day of care, in a month in which the
-- coverage written on the claim counts before any other; 2 the same with another 枝番; 3 where the days must be looked at.
select
    c.claim,
    case
        when v.acquired > c.first_day or c.to_last >= v.shown_until then 3
        when v.branch_key = c.branch_key then 1
        else 2
    end as answer,
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
from doubtful as c
inner join coverages as v
    on
        c.owner = v.owner
        and c.number_key = v.number_key
        and (c.symbol_key = 1 or c.symbol_key = v.symbol_key)
