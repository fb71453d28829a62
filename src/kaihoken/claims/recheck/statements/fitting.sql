-- Each of them with every coverage that its numbers fit, and one row for a claim that they fit none of. `answer` is what
-- that coverage alone would say: 0 nobody fits; 1 it may be shown and ran from the first to the last day of care, in a
-- month in which the coverage written on the claim counts before any other; 2 the same with another 枝番; 3 the days must be
-- looked at.
select
    c.claim,
    c.branch_key as asked_branch,
    c.person as asked_person,
    v.coverage,
    v.person,
    v.insurer,
    v.symbol_key,
    v.number_key,
    v.branch_key,
    v.acquired,
    v.lost,
    v.hidden,
    v.welfare,
    v.death,
    v.collected_on,
    v.standing,
    case
        when v.coverage is null then 0
        when
            v.hidden = 0
            and v.acquired <= c.first_day
            and c.last_day < v.lost
            and c.written_counts
            and c.person is null
            then case when v.branch_key = c.branch_key then 1 else 2 end
        else 3
    end as answer
from doubtful as c
left join coverages as v
    on
        c.owner = v.owner
        and c.number_key = v.number_key
        and (c.symbol_key = 1 or c.symbol_key = v.symbol_key)
