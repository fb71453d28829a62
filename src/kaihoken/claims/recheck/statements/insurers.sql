-- The insurers of the claims with their numbers as they are written: padded once for each, not for each claim.
select
    c.insurer,
    lpad(cast(c.insurer as varchar), 8, '0') as insurer_number
from claims as c
group by c.insurer
