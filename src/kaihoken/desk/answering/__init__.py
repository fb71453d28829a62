"""問診票 on a screen: the reception opens it and reads it, the patient answers on a phone or on the reader's screen."""

from kaihoken.desk.answering import patient, staff
from kaihoken.desk.answering.address import phones_origin

PATIENT_ROWS = patient.ROWS
"""The patient's pages: all that a phone can reach."""

ROWS = (*staff.ROWS, *patient.ROWS)
"""The pages and forms of a desk."""

__all__ = ["PATIENT_ROWS", "ROWS", "phones_origin"]
