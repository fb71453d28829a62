-- By numbers, with a bit for each claim and a row for thirty-two of them: with how many coverages they are paired, which of
-- them have one, and which have one that answers alone: it may be shown, ran from the first to the last day of care, bears
-- the same 枝番, and counts before any other in that month. Where there are more pairs than bits a claim fits several.
select
    c.claim >> 5 as bucket,
    count(*) as pairs,
    bit_or(cast(1 as bigint) << (c.claim & 31)) as paired,
    bit_or(
        case
            when
                v.hidden = 0
                and v.acquired <= c.first_day
                and c.last_day < v.lost
                and v.branch_key = c.branch_key
                and c.written_counts
                and c.person is null
                then cast(1 as bigint) << (c.claim & 31)
            else 0
        end
    ) as answered
from claims as c
inner join coverages as v
    on
        c.owner = v.owner
        and c.number_key = v.number_key
        and (c.symbol_key = 1 or c.symbol_key = v.symbol_key)
group by c.claim >> 5
