"""What we ask of the teaching: its facts, what its pages show, and how long learners needed."""

from preceptor.content.queries.observed import observed_minutes, personal_data
from preceptor.content.queries.pages import (
    case_steps,
    content_state,
    duration_of,
    facts,
    lecture_of,
    part_to_resume,
    part_url,
    plain_words,
    reference_numbers,
    references_of,
)

__all__ = [
    "case_steps",
    "content_state",
    "duration_of",
    "facts",
    "lecture_of",
    "observed_minutes",
    "part_to_resume",
    "part_url",
    "personal_data",
    "plain_words",
    "reference_numbers",
    "references_of",
]
