-- How many coverages their numbers fit, and what is said of them: of one by itself, of several the gravest.
select
    f.claim,
    count(*) as fit,
    max(f.answer) as answer
from fits as f
group by f.claim
