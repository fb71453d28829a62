-- The coverages that they may speak of. 枝番 chooses between several: where one fits exactly the others are left out, where
-- none does they all stay.
with counted as (
    select
        f.*,
        count(*) over (partition by f.claim) as fit,
        sum(case when f.branch_key = f.asked_branch then 1 else 0 end) over (partition by f.claim) as exact
    from fitting as f
    where not f.alone
)

select
    f.*,
    1 as fit,
    1 as exact
from fitting as f
where f.alone
union all
select n.*
from counted as n
where n.fit = 1 or n.asked_branch = -1 or n.exact = 0 or n.branch_key = n.asked_branch
