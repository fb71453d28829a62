"""How much a receipt brings: what is asked of its payers, in yen."""

from kaihoken.claims.receipt import YEN_PER_POINT, Receipt, claimed_percent


def asked_yen(receipt: Receipt) -> int:
    """What insurer and public payers are asked for together: the whole cost less what the patient bears, which is what
    the receipt says, else the patient's share (a public payer takes it over where there is one). The whole cost where
    the share cannot be told, 0 where no points can be read."""
    first = receipt.insurance or (receipt.publics[0] if receipt.publics else None)
    if first is None or first.points is None:
        return 0
    whole = first.points * YEN_PER_POINT
    return max(whole - _patient_yen(receipt, whole), 0)


def _patient_yen(receipt: Receipt, whole: int) -> int:
    if receipt.publics:
        return receipt.publics[-1].patient_yen or 0
    if receipt.insurance is not None and receipt.insurance.patient_yen is not None:
        return receipt.insurance.patient_yen
    return whole * (claimed_percent(receipt) or 0) // 100
