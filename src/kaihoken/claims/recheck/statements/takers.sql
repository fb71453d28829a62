-- The coverages that answer instead of another, as they are written. Those of the same numbers are one destination: it is
-- called by the first of them.
with taking as (
    select distinct o.coverage
    from others as o
)

select
    v.coverage,
    v.insurer,
    v.symbol,
    v.number,
    v.branch,
    min(v.coverage) over (partition by v.insurer, v.symbol_key, v.number_key, v.branch_key) as destination
from coverages as v
inner join taking as t on v.coverage = t.coverage
