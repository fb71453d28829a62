-- 分割: who answers for which days. The part whose days stay as they are written has `as_written` true. Days are bits until
-- the end: there are few sets of days, and each becomes a text once. No two parts share a day, so a part comes after those
-- of its claim that begin with a lower bit.
with parts as (
    select
        f.claim,
        f.destination,
        bit_or(f.bit) as days,
        min(f.bit) as first_bit,
        min(f.responsible) as responsible
    from findings as f
    inner join weighed as w on f.claim = w.claim
    where w.verdict = 'split'
    group by f.claim, f.destination
),

begun as (
    select
        p.claim,
        bit_or(p.first_bit) as first_bits
    from parts as p
    group by p.claim
),

days_of_months as (
    select distinct
        d.bit,
        extract(day from d.day) as place
    from calendar as d
),

sets as (
    select distinct p.days from parts as p
),

written as (
    select
        s.days,
        string_agg(cast(d.place as varchar), ' ' order by d.place) as text
    from sets as s
    inner join days_of_months as d on (s.days & d.bit) <> 0
    group by s.days
)

select
    c.claim_id,
    c.month,
    cast(bit_count(b.first_bits & (p.first_bit - 1)) as bigint) + 1 as part,
    t.text as days,
    (p.destination is null) as as_written,
    lpad(cast(coalesce(v.insurer, c.insurer) as varchar), 8, '0') as insurer_number,
    coalesce(v.symbol, c.symbol) as symbol,
    coalesce(v.number, c.number) as number,
    coalesce(v.branch, c.branch) as branch
from parts as p
inner join begun as b on p.claim = b.claim
inner join written as t on p.days = t.days
inner join claims as c on p.claim = c.claim
left join takers as v on p.responsible = v.coverage
order by p.claim, part
