"""What we do with one person across rooms."""

from preceptor.records.actions.erasure import carry_out_erasures, erase_person, request_erasure, withdraw_erasure
from preceptor.records.actions.exports import forget_exports, make_export, order_export
from preceptor.records.actions.merging import merge_people, unmerge_people
from preceptor.records.actions.retention import end_retention

__all__ = [
    "carry_out_erasures",
    "end_retention",
    "erase_person",
    "forget_exports",
    "make_export",
    "merge_people",
    "order_export",
    "request_erasure",
    "unmerge_people",
    "withdraw_erasure",
]
