"""What must be true of activities and editions, their time and their offers of credit. Plain Python."""

from preceptor.catalog.rules.editions import (
    FIELD_WEIGHTS,
    EditionState,
    Role,
    Stage,
    Step,
    length_band,
    needed_correct,
    outline_titles,
    posting_weights,
    rarity,
    reaches,
    topic_key,
    usual_plan,
)
from preceptor.catalog.rules.offers import LONGEST_CLAIM, OfferState, closed_sentence, is_offer_open, offer_ends_on, offer_state
from preceptor.catalog.rules.worksheet import Worksheet, is_far_off, median_minutes

__all__ = [
    "FIELD_WEIGHTS",
    "LONGEST_CLAIM",
    "EditionState",
    "OfferState",
    "Role",
    "Stage",
    "Step",
    "Worksheet",
    "closed_sentence",
    "is_far_off",
    "is_offer_open",
    "length_band",
    "median_minutes",
    "needed_correct",
    "offer_ends_on",
    "offer_state",
    "outline_titles",
    "posting_weights",
    "rarity",
    "reaches",
    "topic_key",
    "usual_plan",
]
