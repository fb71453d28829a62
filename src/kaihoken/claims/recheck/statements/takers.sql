-- The coverages that answer instead of another, as they are written.
select distinct
    o.coverage,
    o.insurer,
    o.symbol,
    o.number,
    o.branch
from others as o
