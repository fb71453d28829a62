-- 記号・番号・枝番・保険者番号 as whole numbers that are equal where the canonical forms of `kaihoken.identity` are.
-- Only texts of digits, of either width and with spaces in them, are read here; anything else is NULL and is folded by
-- identity itself (keys.py), into negative numbers.

-- Digits and nothing else, as nearly every text is. Cheap: it is asked of all rows before anything is asked of the rest.
create macro plain(written) as regexp_full_match(written, '[0-9]*');

-- Digits with wide ones or spaces among them.
create macro wide(written) as regexp_matches(written, '^[0-9]*[０-９ 　][0-9０-９ 　]*$');

-- The digits of a text of digits; NULL for any other text. The tests keep the dear translation to the few that need it.
create macro digits_of(written) as
case
    when plain(written) then written
    when wide(written) then translate(written, '０１２３４５６７８９ 　', '0123456789')
end;

-- The same of a text that may have spaces before and after it only.
create macro trimmed(written) as
case
    when plain(written) then written
    when wide(written) then trim(translate(written, '０１２３４５６７８９　', '0123456789 '))
end;

create macro insurer_of(written) as
case
    when length(trimmed(written)) in (4, 6, 8) then nullif(try_cast(trimmed(written) as integer), 0)
end;

create macro number_of(written) as
case when length(digits_of(written)) <= 18 then try_cast(digits_of(written) as bigint) end;

-- Zeros in front count in a 記号: the 1 before it keeps them. No 記号 is 1.
create macro symbol_of(written) as
case when length(digits_of(written)) <= 17 then try_cast('1' || digits_of(written) as bigint) end;

-- No 枝番 is -1.
create macro branch_of(written) as
case
    when digits_of(written) = '' then -1
    when try_cast(digits_of(written) as bigint) <= 99 then try_cast(digits_of(written) as integer)
end;

-- The insurer and the birth date in one number: 2²² days are more than ten thousand years.
create macro owner_of(insurer, born) as
cast(insurer as bigint) * 4194304 + (born - date '0001-01-01');
