-- Every claim with every coverage that its numbers fit, and one row for a claim that they fit none of. `plain` says that
-- the coverage alone answers it: it may be shown, and ran from the first to the last day of care, in a month in which
-- the coverage written on the claim counts before any other.
select
    c.claim,
    c.claim_id,
    c.insurer,
    c.month,
    c.first_day,
    c.points,
    c.branch_key,
    v.branch_key as registered_branch,
    (
        v.hidden = 0
        and v.acquired <= c.first_day
        and c.last_day < v.lost
        and c.written_counts
        and c.person is null
    ) as plain
from claims as c
left join coverages as v
    on
        c.owner = v.owner
        and c.number_key = v.number_key
        and (c.symbol_key = 1 or c.symbol_key = v.symbol_key)
