"""Acts on designations (Act 3, Act 4) and the documents that carry what was designated."""

from service.designation.operations.designate import Subject, designate, record_designation
from service.designation.operations.documents import carry, grant_resource_alias, register_document
from service.designation.operations.end import close, lift, record_lifting
from service.designation.operations.extend import extend, record_extension
from service.designation.operations.notice import Notice

__all__ = [
    "Notice",
    "Subject",
    "carry",
    "close",
    "designate",
    "extend",
    "grant_resource_alias",
    "lift",
    "record_designation",
    "record_extension",
    "record_lifting",
    "register_document",
]
