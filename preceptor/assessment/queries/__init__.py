"""What we ask of tests."""

from preceptor.assessment.queries.evidence import Facts, facts, personal_data
from preceptor.assessment.queries.results import Result, grade_of, refs_of, result_of, review_links
from preceptor.assessment.queries.sittings import (
    NAMES,
    STEPS,
    Question,
    Sitting,
    grants_of,
    is_pre_test_closed,
    items_of,
    needs_words,
    page_url,
    pasts,
    shown_order,
    sitting_on,
    submitted_attempts,
    where_url,
)

__all__ = [
    "NAMES", "STEPS", "Facts", "Question", "Result", "Sitting", "facts", "grade_of", "grants_of",
    "is_pre_test_closed", "items_of", "needs_words", "page_url", "pasts", "personal_data", "refs_of", "result_of", "review_links", "shown_order", "sitting_on",
    "submitted_attempts", "where_url",
]  # fmt: skip
