-- The days on which another coverage of the person may have to answer for the claim. 医療扶助 that runs answers itself.
select m.*
from meant as m
where not m.ambiguous and not (m.runs and (m.written_counts or m.welfare))
