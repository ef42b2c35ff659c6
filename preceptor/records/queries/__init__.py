"""What we ask of one person across rooms."""

from preceptor.records.queries.data import archive_values
from preceptor.records.queries.erasure import erasure_plan, export_of, open_request, overdue_names, requests_of
from preceptor.records.queries.merging import merge_preview, side_of, unmerge_preview
from preceptor.records.queries.people import people_found

__all__ = [
    "archive_values",
    "erasure_plan",
    "export_of",
    "merge_preview",
    "open_request",
    "overdue_names",
    "people_found",
    "requests_of",
    "side_of",
    "unmerge_preview",
]
