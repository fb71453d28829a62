-- The verdict of every claim with 確認区分 as the forecast of the 審査支払機関.
select
    d.claim,
    d.claim_id,
    i.insurer_number,
    d.month,
    d.verdict,
    d.reason,
    case when d.verdict = 'as-written' then p.confirmation else d.confirmation end as confirmation,
    d.points
from decided as d
inner join insurers as i on d.insurer = i.insurer
inner join plain as p on d.first_day = p.first_day
