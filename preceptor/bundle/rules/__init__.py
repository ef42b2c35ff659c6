"""What must be true of an activity as a folder of text files. Plain Python: mappings in, problems with file and line out."""

from preceptor.bundle.rules.problems import (
    activity_problems,
    assessment_problems,
    day_of,
    evaluation_problems,
    part_problems,
    place_problems,
    reference_problems,
)
from preceptor.bundle.rules.shapes import EVALUATION, REFERENCE, Problem, list_problems, shape_problems, value_problems

__all__ = [
    "EVALUATION",
    "REFERENCE",
    "Problem",
    "activity_problems",
    "assessment_problems",
    "day_of",
    "evaluation_problems",
    "list_problems",
    "part_problems",
    "place_problems",
    "reference_problems",
    "shape_problems",
    "value_problems",
]
