-- The pairs with a bit for each claim and a row for thirty-two of them: how many there are, which claims have one, which
-- have an odd number of them (so that one pair is told from two), and which have one that answers alone.
select
    p.claim >> 5 as bucket,
    count(*) as pairs,
    bit_or(cast(1 as bigint) << (p.claim & 31)) as paired,
    bit_xor(cast(1 as bigint) << (p.claim & 31)) as odd,
    bit_or(case when p.answers then cast(1 as bigint) << (p.claim & 31) else 0 end) as answered
from pairs as p
group by p.claim >> 5
