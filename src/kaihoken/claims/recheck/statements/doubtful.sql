-- The claims that no coverage answers alone, or that may fit several: those without a pair or with an even number of them,
-- and all of a row with more pairs than its claims come to with one or two each (there some claim has three or more).
select
    c.claim,
    c.month,
    c.days,
    c.first_day,
    c.to_last,
    c.owner,
    c.number_key,
    c.symbol_key,
    c.branch_key,
    c.person,
    c.public_payer
from claims as c
left join settled as s on c.claim >> 5 = s.bucket
where
    s.bucket is null
    or s.pairs > 2 * bit_count(s.paired) - bit_count(s.odd)
    or ((s.answered & s.odd) >> (c.claim & 31)) & 1 = 0
