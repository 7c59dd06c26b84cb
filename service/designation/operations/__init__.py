"""Acts on designations (Act 3, Act 4) and the documents that carry what was designated."""

from service.designation.operations.care import begin_care, end_care
from service.designation.operations.designate import Subject, designate, record_designation
from service.designation.operations.documents import carry, grant_resource_alias, register_document
from service.designation.operations.end import Formalities, close, lift, record_lifting
from service.designation.operations.extend import extend, record_extension
from service.designation.operations.following import (
    hand_over_as_sds,
    lift_in_part,
    record_cabinet_refusal,
    record_marking_switch,
    record_partial_lifting,
    switch_to_marking,
)
from service.designation.operations.narrow import find_narrower
from service.designation.operations.notice import Notice
from service.designation.operations.reasons import doubt_designation, record_grounds, review_reasons
from service.designation.operations.reporting import answer_improper_report, report_improper
from service.designation.reasons import Grounds

__all__ = [
    "Formalities",
    "Grounds",
    "Notice",
    "Subject",
    "answer_improper_report",
    "begin_care",
    "carry",
    "close",
    "designate",
    "doubt_designation",
    "end_care",
    "extend",
    "find_narrower",
    "grant_resource_alias",
    "hand_over_as_sds",
    "lift",
    "lift_in_part",
    "record_cabinet_refusal",
    "record_designation",
    "record_extension",
    "record_grounds",
    "record_lifting",
    "record_marking_switch",
    "record_partial_lifting",
    "register_document",
    "report_improper",
    "review_reasons",
    "switch_to_marking",
]
