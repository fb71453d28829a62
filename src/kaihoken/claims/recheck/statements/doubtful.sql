-- What is written on the claims that no coverage answers alone, or that may fit several.
select c.*
from claims as c
left join settled as s on c.claim >> 5 = s.bucket
where
    s.bucket is null
    or s.pairs > bit_count(s.paired)
    or (s.answered >> (c.claim & 31)) & 1 = 0
