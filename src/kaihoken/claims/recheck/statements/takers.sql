-- The coverages that answer instead of another, as they are written. Those of the same numbers are one destination: it is
-- called by the first of them.
with taking as (
    select distinct o.coverage
    from others as o
),

taken as (
    select
        v.coverage,
        v.insurer,
        v.symbol,
        v.number,
        v.branch,
        v.symbol_key,
        v.number_key,
        v.branch_key
    from coverages as v
    inner join taking as t on v.coverage = t.coverage
),

named as (
    select
        t.insurer,
        t.symbol_key,
        t.number_key,
        t.branch_key,
        min(t.coverage) as destination
    from taken as t
    group by t.insurer, t.symbol_key, t.number_key, t.branch_key
)

select
    t.coverage,
    t.insurer,
    t.symbol,
    t.number,
    t.branch,
    n.destination
from taken as t
inner join named as n
    on
        t.insurer = n.insurer
        and t.symbol_key = n.symbol_key
        and t.number_key = n.number_key
        and t.branch_key = n.branch_key
