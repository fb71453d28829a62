-- The coverages that their numbers fit. 枝番 chooses between several: where one fits exactly the others are left out,
-- where none does they all stay.
with fitting as (
    select
        c.claim,
        c.branch_key as asked_branch,
        v.coverage,
        v.person,
        v.insurer,
        v.symbol_key,
        v.number_key,
        v.branch_key,
        v.acquired,
        v.lost,
        v.hidden,
        v.welfare,
        v.death,
        v.collected_on,
        v.standing,
        count(*) over (partition by c.claim) as fit,
        sum(case when v.branch_key = c.branch_key then 1 else 0 end) over (partition by c.claim) as exact
    from disputed as c
    inner join coverages as v
        on
            c.owner = v.owner
            and c.number_key = v.number_key
            and (c.symbol_key = 1 or c.symbol_key = v.symbol_key)
            and (c.person is null or c.person = v.person)
)

select f.*
from fitting as f
where f.fit = 1 or f.asked_branch = -1 or f.exact = 0 or f.branch_key = f.asked_branch
