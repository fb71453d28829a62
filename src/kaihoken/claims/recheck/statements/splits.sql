-- 分割: who answers for which days. The part whose days stay as they are written has `as_written` true.
with parts as (
    select
        f.claim,
        f.destination,
        min(f.day) as first_day,
        string_agg(cast(extract(day from f.day) as varchar), ' ' order by f.day) as days,
        min(f.responsible) as responsible
    from findings as f
    inner join weighed as w on f.claim = w.claim
    where w.verdict = 'split'
    group by f.claim, f.destination
)

select
    c.claim_id,
    c.month,
    row_number() over (partition by p.claim order by p.first_day) as part,
    p.days,
    (p.destination is null) as as_written,
    lpad(cast(coalesce(v.insurer, c.insurer) as varchar), 8, '0') as insurer_number,
    coalesce(v.symbol, c.symbol) as symbol,
    coalesce(v.number, c.number) as number,
    coalesce(v.branch, c.branch) as branch
from parts as p
inner join claims as c on p.claim = c.claim
left join takers as v on p.responsible = v.coverage
order by p.claim, part
