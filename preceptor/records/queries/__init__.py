"""What we ask of one person across rooms."""

from preceptor.records.queries.data import archive_values, everything_about
from preceptor.records.queries.erasure import ErasurePlan, erasure_plan, export_of, open_request, overdue_names, requests_of
from preceptor.records.queries.merging import Double, MergePreview, Side, UnmergePreview, merge_preview, side_of, unmerge_preview
from preceptor.records.queries.people import Found, people_found

__all__ = [
    "Double",
    "ErasurePlan",
    "Found",
    "MergePreview",
    "Side",
    "UnmergePreview",
    "archive_values",
    "erasure_plan",
    "everything_about",
    "export_of",
    "merge_preview",
    "open_request",
    "overdue_names",
    "people_found",
    "requests_of",
    "side_of",
    "unmerge_preview",
]
