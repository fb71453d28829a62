"""What the checks say of a file, for tests."""

from kaihoken.claims.checks import examine
from kaihoken.claims.finding import Finding
from kaihoken.claims.uke import read


def findings(content: bytes) -> list[Finding]:
    """Everything that is found in a file."""
    return [finding for step in examine(read([content])) for finding in step.findings]


def ids(content: bytes) -> list[str]:
    """The ids of everything that is found."""
    return [finding.check for finding in findings(content)]
