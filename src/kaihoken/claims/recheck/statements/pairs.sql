-- Every claim with every coverage that its numbers fit, and what that coverage alone would say. `answer` is 1 where it may
-- be shown and ran from the first to the last day of care, in a month in which the coverage written on the claim counts
-- before any other; 2 the same with another 枝番; 3 where the days must be looked at. All claims meet all coverages here and
-- nowhere else, so a row is narrow (`shown_until` and `to_last` hold the conditions that one side alone decides), and what
-- else is needed is looked up for the few (`fitting`).
select
    c.claim,
    v.coverage,
    cast(
        case
            when v.acquired > c.first_day or c.to_last >= v.shown_until then 3
            when v.branch_key = c.branch_key then 1
            else 2
        end as tinyint
    ) as answer
from claims as c
inner join coverages as v
    on
        c.owner = v.owner
        and c.number_key = v.number_key
        and (c.symbol_key = 1 or c.symbol_key = v.symbol_key)
