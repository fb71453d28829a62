"""What a hub's rooms check of its store. Each check adds itself when its module is imported
(`kaihoken.store.register_check`): because they are named here, a running hub knows all of them."""

from typing import Final

from kaihoken.access import check_clients
from kaihoken.access.people import check_accounts
from kaihoken.audit import check_index, check_log
from kaihoken.consent import check_consents
from kaihoken.coverage import check_limits_shown, check_projection, check_registrations
from kaihoken.coverage.bulk import check_bulk
from kaihoken.coverage.facility import check_facilities
from kaihoken.coverage.failure import check_failure_answers, check_failure_modes
from kaihoken.coverage.statistics import check_statistics

CHECKS: Final = (
    check_accounts,
    check_bulk,
    check_clients,
    check_consents,
    check_facilities,
    check_failure_answers,
    check_failure_modes,
    check_index,
    check_limits_shown,
    check_log,
    check_projection,
    check_registrations,
    check_statistics,
)
