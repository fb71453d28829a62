-- The verdict of every claim with 確認区分 as the forecast of the 審査支払機関.
select
    d.claim,
    d.claim_id,
    lpad(cast(d.insurer as varchar), 8, '0') as insurer_number,
    d.month,
    d.verdict,
    d.reason,
    t.confirmation,
    d.points
from decided as d
left join confirmations as t
    on d.verdict = t.verdict and d.reason = t.reason and d.first_day between t.first_day and t.last_day
