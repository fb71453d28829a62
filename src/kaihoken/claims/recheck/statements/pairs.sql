-- Every claim with every coverage of its insurer, birth date and 番号, and whether that coverage by itself answers for all of
-- it: it has the 記号 and 枝番 of the claim, may be shown, and ran from the first to the last day of care, in a month in which
-- the coverage written on the claim counts before any other. All claims meet all coverages here and nowhere else, so a row
-- is narrow, `shown_until` and `to_last` hold the conditions that one side alone decides, and a 記号 that differs makes no
-- row fewer (it is rare, and dearer to leave out): the few that are not answered meet theirs once more (`fits`).
select
    c.claim,
    (
        v.acquired <= c.first_day
        and c.to_last < v.shown_until
        and v.branch_key = c.branch_key
        and (c.symbol_key = v.symbol_key or c.symbol_key = 1)
    ) as answers
from claims as c
inner join coverages as v on c.owner = v.owner and c.number_key = v.number_key
