-- For each day of care the coverage that its claim speaks of: the one that ran, else of those that had begun the one that
-- began last, else the one that begins first; of equal ones the one that was registered first. `nearness` is greatest for it
-- (days are below 2²², a `standing` below 2³²). Of several people, or several that ran, none can be chosen. Where the
-- numbers fit one coverage only there is nothing to choose.
with ranked as (
    select
        h.claim,
        h.day,
        h.coverage,
        h.runs,
        h.person,
        case
            when h.runs then 2 * 288230376151711744
            when h.acquired <= h.day then 288230376151711744
            else 0
        end
        + case when h.acquired <= h.day then 1 else -1 end
        * cast(h.acquired - date '0001-01-01' as bigint) * 4294967296
        - h.standing as nearness
    from held as h
    where h.hidden = 0 and not h.alone
),

chosen as (
    select
        r.claim,
        r.day,
        max_by(r.coverage, r.nearness) as coverage,
        (sum(case when r.runs then 1 else 0 end) > 1 or min(r.person) <> max(r.person)) as ambiguous
    from ranked as r
    group by r.claim, r.day
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
    coalesce(n.ambiguous, false) as ambiguous
from held as h
left join chosen as n on not h.alone and h.claim = n.claim and h.day = n.day and h.coverage = n.coverage
where h.hidden = 0 and (h.alone or n.claim is not null)
