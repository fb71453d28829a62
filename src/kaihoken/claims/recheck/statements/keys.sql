-- 記号・番号・枝番・保険者番号 as whole numbers that are equal where the canonical forms of `kaihoken.identity` are.
-- Only texts of digits, of either width and with spaces in them, are read here; anything else is NULL and is folded by
-- identity itself (keys.py), into negative numbers.

-- Digits and nothing else: what they are written back as is what was read.
create macro digits_of(written) as
case
    when
        length(written) <= 18
        and try_cast(written as bigint) >= 0
        and lpad(cast(try_cast(written as bigint) as varchar), cast(length(written) as integer), '0') = written
        then try_cast(written as bigint)
end;

-- The digits of a text that has wide ones or spaces among them; NULL for any other text. The pattern keeps the dear
-- translation to the few that need it.
create macro together(written) as
case
    when regexp_matches(written, '^[0-9]*[０-９ 　][0-9０-９ 　]*$')
        then translate(written, '０１２３４５６７８９ 　', '0123456789')
end;

create macro trimmed(written) as
case
    when regexp_matches(written, '^[0-9]*[０-９ 　][0-9０-９ 　]*$')
        then trim(translate(written, '０１２３４５６７８９　', '0123456789 '))
end;

create macro insurer_of(written) as
cast(nullif(
    case
        when length(written) in (4, 6, 8) and digits_of(written) is not null then digits_of(written)
        when length(trimmed(written)) in (4, 6, 8) then digits_of(trimmed(written))
    end, 0
) as integer);

create macro number_of(written) as coalesce(digits_of(written), digits_of(together(written)));

-- Zeros in front count in a 記号: the 1 before it keeps them. No 記号 is 1.
create macro symbol_of(written) as coalesce(digits_of('1' || written), digits_of('1' || together(written)));

-- No 枝番 is -1.
create macro branch_of(written) as
case
    when written = '' then -1
    when digits_of(written) is not null then cast(case when digits_of(written) <= 99 then digits_of(written) end as integer)
    when together(written) = '' then -1
    when digits_of(together(written)) <= 99 then cast(digits_of(together(written)) as integer)
end;

-- The insurer and the birth date in one number.
create macro owner_of(insurer, born) as
cast(insurer as bigint) * 262144
+ (extract(year from born) - 1800) * 512 + extract(month from born) * 32 + extract(day from born);
