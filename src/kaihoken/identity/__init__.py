"""Who and what is meant: numbers, names, characters, days and ages. Pure; nothing here asks a clock or a store."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.identity.ages import (
        age_on,
        birthday,
        elderly_from,
        following_march,
        is_preschool,
        late_elderly_from,
        preschool_until,
        reached_on,
    )
    from kaihoken.identity.certificates import LONGEST_SERIAL, canonical_issuer, canonical_serial
    from kaihoken.identity.characters import (
        LOST,
        ExternalCharacter,
        Replaced,
        decode_cp932,
        encode_claim,
        encode_cp932,
        external_characters,
        has_external_character,
        shown,
    )
    from kaihoken.identity.check_digits import check_digit, check_digit_ok
    from kaihoken.identity.eras import ERAS, Era, Wareki, from_wareki, to_wareki
    from kaihoken.identity.facility import FacilityCode, FacilityKind
    from kaihoken.identity.holders import LateElderlyNumber, PayerNumber, RecipientNumber
    from kaihoken.identity.individual_number import may_hold_individual_number
    from kaihoken.identity.insured_number import (
        NORMALISATION_VERSION,
        InsuredNumber,
        canonical_branch,
        canonical_number,
        canonical_reference,
        canonical_symbol,
    )
    from kaihoken.identity.insurer import InsurerNumber
    from kaihoken.identity.kana import has_kanji, kana_full, kana_half, same_kana
    from kaihoken.identity.laws import (
        INSURANCE_LAWS,
        LOCAL_LAWS,
        NATIONAL_HEALTH_LAW,
        PUBLIC_EXPENSE_LAWS,
        UNKNOWN_LAW,
        LawNumber,
        Scheme,
    )
    from kaihoken.identity.names import (
        PersonName,
        has_control_character,
        legible_key,
        may_be_same_key,
        may_be_same_name,
        same_name,
    )
    from kaihoken.identity.prefectures import PREFECTURES, Prefecture
    from kaihoken.identity.typed_dates import read_birthdate
    from kaihoken.identity.wire_dates import (
        parse_claim_date,
        parse_claim_month,
        parse_iso_date,
        parse_wire_date,
        wire_date,
    )

__all__ = [
    "ERAS",
    "INSURANCE_LAWS",
    "LOCAL_LAWS",
    "LONGEST_SERIAL",
    "LOST",
    "NATIONAL_HEALTH_LAW",
    "NORMALISATION_VERSION",
    "PREFECTURES",
    "PUBLIC_EXPENSE_LAWS",
    "UNKNOWN_LAW",
    "Era",
    "ExternalCharacter",
    "FacilityCode",
    "FacilityKind",
    "InsuredNumber",
    "InsurerNumber",
    "LateElderlyNumber",
    "LawNumber",
    "PayerNumber",
    "PersonName",
    "Prefecture",
    "RecipientNumber",
    "Replaced",
    "Scheme",
    "Wareki",
    "age_on",
    "birthday",
    "canonical_branch",
    "canonical_issuer",
    "canonical_number",
    "canonical_reference",
    "canonical_serial",
    "canonical_symbol",
    "check_digit",
    "check_digit_ok",
    "decode_cp932",
    "elderly_from",
    "encode_claim",
    "encode_cp932",
    "external_characters",
    "following_march",
    "from_wareki",
    "has_control_character",
    "has_external_character",
    "has_kanji",
    "is_preschool",
    "kana_full",
    "kana_half",
    "late_elderly_from",
    "legible_key",
    "may_be_same_key",
    "may_be_same_name",
    "may_hold_individual_number",
    "parse_claim_date",
    "parse_claim_month",
    "parse_iso_date",
    "parse_wire_date",
    "preschool_until",
    "reached_on",
    "read_birthdate",
    "same_kana",
    "same_name",
    "shown",
    "to_wareki",
    "wire_date",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
