-- 記号・番号・枝番・保険者番号 as whole numbers that are equal where the canonical forms of `kaihoken.identity` are.
-- Only texts of digits, of either width and with spaces in them, are read here; anything else is NULL and is folded by
-- identity itself (keys.py), into negative numbers.
create macro together(written) as translate(written, '０１２３４５６７８９ 　', '0123456789');

create macro all_digits(written) as written <> '' and translate(written, '0123456789', '') = '';

create macro insurer_of(written) as
case
    when
        length(trim(translate(written, '０１２３４５６７８９　', '0123456789 '))) in (4, 6, 8)
        and all_digits(trim(translate(written, '０１２３４５６７８９　', '0123456789 ')))
        then nullif(try_cast(trim(translate(written, '０１２３４５６７８９　', '0123456789 ')) as integer), 0)
end;

create macro number_of(written) as
case
    when length(together(written)) <= 17 and all_digits(together(written))
        then try_cast(together(written) as bigint)
end;

-- Zeros in front count in a 記号: the 1 before it keeps them. No 記号 is 1.
create macro symbol_of(written) as
case
    when length(together(written)) <= 17 and (together(written) = '' or all_digits(together(written)))
        then try_cast('1' || together(written) as bigint)
end;

-- No 枝番 is -1.
create macro branch_of(written) as
case
    when together(written) = '' then -1
    when length(together(written)) <= 9 and all_digits(together(written)) and try_cast(together(written) as integer) <= 99
        then try_cast(together(written) as integer)
end;

-- The insurer and the birth date in one number.
create macro owner_of(insurer, born) as
cast(insurer as bigint) * 262144
+ (extract(year from born) - 1800) * 512 + extract(month from born) * 32 + extract(day from born);
