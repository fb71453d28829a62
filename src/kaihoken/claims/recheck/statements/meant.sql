-- For each day of care the coverage that its claim speaks of: the one that ran, else of those that had begun the one that
-- began last, else the one that begins first. Of several people, or several that ran, none can be chosen. Where the numbers
-- fit one coverage only there is nothing to rank.
with ranked as (
    select
        h.*,
        row_number() over (
            partition by h.claim, h.day
            order by
                case when h.runs then 0 else 1 end,
                case when h.acquired <= h.day then 0 else 1 end,
                case when h.acquired <= h.day then h.acquired end desc,
                h.acquired,
                h.standing
        ) as place,
        sum(case when h.runs then 1 else 0 end) over (partition by h.claim, h.day) as running,
        min(h.person) over (partition by h.claim, h.day) as one_person,
        max(h.person) over (partition by h.claim, h.day) as other_person
    from held as h
    where h.hidden = 0 and not h.alone
)

select
    h.claim,
    h.day,
    h.written_counts,
    h.runs,
    h.coverage,
    h.person,
    h.branch_key,
    h.acquired,
    h.death,
    h.welfare,
    h.collected_on,
    h.standing,
    false as ambiguous
from held as h
where h.hidden = 0 and h.alone
union all
select
    r.claim,
    r.day,
    r.written_counts,
    r.runs,
    r.coverage,
    r.person,
    r.branch_key,
    r.acquired,
    r.death,
    r.welfare,
    r.collected_on,
    r.standing,
    (r.running > 1 or r.one_person <> r.other_person) as ambiguous
from ranked as r
where r.place = 1
