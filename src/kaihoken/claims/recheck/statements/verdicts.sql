-- The verdict of every claim with 確認区分 as the forecast of the 審査支払機関.
select
    d.claim,
    d.claim_id,
    i.insurer_number,
    d.month,
    t.verdict,
    t.reason,
    t.confirmation,
    d.points
from decided as d
inner join insurers as i on d.insurer = i.insurer
inner join outcomes as t on d.outcome = t.outcome
