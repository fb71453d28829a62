-- Each day of care with each coverage of its claim, and whether that ran on it.
select
    d.day,
    d.written_counts,
    (m.acquired <= d.day and d.day < m.lost) as runs,
    m.*
from visits as d
inner join candidates as m on d.claim = m.claim
