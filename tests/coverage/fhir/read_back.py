"""What a program reads out of a CoverageEligibilityResponse: the answer of our JSON, as far as FHIR holds it.

Written from docs/fhir.md, without looking at the writer.
"""

from datetime import date, timedelta
from typing import Any

Json = dict[str, Any]

PLAIN = {
    "classification": "classification",
    "acquired": "acquired",
    "lost": "lost",
    "loss-reason": "loss_reason",
    "issued": "issued",
    "preschool": "preschool",
    "late-elderly-share": "share_percent",
}
GROUPS = {"elderly-certificate": "elderly", "limit-certificate": "limit"}
LISTS = {"specific-disease": "diseases", "medical-ticket": "tickets"}
RENAMED = {"type": "ticket_type"}
SEX = {"male": "1", "female": "2", "unknown": "3"}


def value_of(extension: Json) -> Any:
    (value,) = (value for name, value in extension.items() if name.startswith("value"))
    return value["code"] if isinstance(value, dict) else value


def name_of(extension: Json) -> str:
    name: str = extension["url"].rpartition("/")[2]
    return name


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def group_of(extension: Json) -> Json:
    return {RENAMED.get(part["url"], snake(part["url"])): value_of(part) for part in extension["extension"]}


def result_of(coverage: Json, patient: Json) -> Json:
    """One result of an answer."""
    found: Json = {}
    for one in coverage["extension"]:
        name = name_of(one)
        if name in PLAIN:
            found[PLAIN[name]] = value_of(one)
        elif name in GROUPS:
            found[GROUPS[name]] = group_of(one)
        elif name in LISTS:
            found.setdefault(LISTS[name], []).append(group_of(one))
        elif name == "consent-state":
            state = group_of(one)
            found[f"{state.pop('item').replace('-', '_')}_consent"] = state
        elif name.startswith("JP_Coverage_InsuredPerson"):
            part = name.removeprefix("JP_Coverage_InsuredPerson").lower()
            found["branch" if part == "subnumber" else part] = value_of(one)
    (payor,) = coverage["payor"]
    found["insurer_number"] = payor["identifier"]["value"]
    found["insurer_name"] = payor.get("display")
    found["insured_name"] = coverage.get("subscriber", {}).get("display")
    found["relation"] = next(
        (one["code"] for one in coverage.get("relationship", {}).get("coding", [])), None
    )
    found["valid_from"] = coverage.get("period", {}).get("start")
    found["valid_to"] = coverage.get("period", {}).get("end")
    for one in patient["name"]:
        kana = value_of(one["extension"][0]) == "SYL"
        stem = "" if one["use"] == "official" else "other_"
        found[stem + ("kana" if kana else "name")] = one["text"]
    found["sex"] = SEX[patient["gender"]]
    found["birthdate"] = patient["birthDate"]
    for one in patient.get("extension", []):
        found[name_of(one).replace("-", "_")] = value_of(one)
    for address in patient.get("address", []):
        found["address"], found["postal_code"] = address.get("text"), address.get("postalCode")
    for identifier in patient.get("identifier", []):
        if identifier["system"].startswith("urn:oid:"):
            found["reference_number"] = identifier["value"]
        else:
            assert identifier == coverage["identifier"][0], "the member id, and no other"
    return {name: value for name, value in found.items() if value is not None}


def answer_in(response: Json) -> Json:
    """The answer of our JSON that a response holds."""
    found: Json = {"on": response["servicedDate"], "language": response["language"], "steps": []}
    for one in response["extension"]:
        name = name_of(one)
        if name in ("words", "share", "due"):
            found[name] = group_of(one)
        elif name in ("step", "advisory", "difference"):
            many = "advisories" if name == "advisory" else f"{name}s"
            found.setdefault(many, []).append(group_of(one))
        else:
            found["kind" if name == "way" else name] = value_of(one)
    inside = {f"#{one['id']}": one for one in response.get("contained", [])}
    for insurance in response.get("insurance", []):
        coverage = inside.get(insurance["coverage"].get("reference", ""))
        if coverage is None:
            continue
        if "meta" in coverage:
            patient = inside[coverage["beneficiary"]["reference"]]
            found.setdefault("results", []).append(result_of(coverage, patient))
        else:
            found.setdefault("subsidies", []).append(subsidy_of(coverage))
    return found


def subsidy_of(coverage: Json) -> Json:
    """公費."""
    end = coverage["period"].get("end")
    found = {
        "payer_number": coverage["payor"][0]["identifier"]["value"],
        "recipient_number": coverage["identifier"][0]["value"],
        "scheme": coverage["type"]["text"],
        "start": coverage["period"]["start"],
        "end": (date.fromisoformat(end) + timedelta(days=1)).isoformat() if end else None,
    }
    for cost in coverage.get("costToBeneficiary", []):
        found["self_pay_yen"] = cost["valueMoney"]["value"]
    return {name: value for name, value in found.items() if value is not None}
