"""What may happen to an award after it was granted. Plain Python."""

from collections.abc import Iterable

from preceptor.kernel.refusals import Reason

# What anybody reads who verifies a superseded or revoked certificate: never a word about a person.
BY_LEARNER = "The learner chose another credit type or amount."
DOUBLED = "The same person had the same credit for this activity by another certificate."
UNMERGED = "The two accounts turned out not to be one person's."
# Why a part of the record that was about a person is gone.
ASKED_FOR = "The learner asked for erasure; this was told to nobody."
RETENTION_OVER = "The years for which the record is kept are over."
STAFF_REASONS = (
    "The printed name or degree was not right.",
    "The credit type was not the one for the profession.",
    "The amount was not right.",
    "Something printed was not right.",
)
REVERSAL_REASONS = (
    "It was issued in error.",
    "The requirements of the activity were found not to be met.",
    "The learner asked for it to be withdrawn.",
    DOUBLED,
)
REINSTATEMENT_REASONS = ("It was taken back in error.", "The requirements were found to be met after all.", UNMERGED)
# Nobody acts as staff upon their own award: they would be judge in their own cause.
OWN_AWARD = "This certificate is your own, so another registrar must do it."
# A member of staff puts right what was claimed: what only the learner can do is not asked of them.
_LEARNERS = {"credit.address_unverified", "credit.not_attested", "credit.profession_not_attested"}


def why_not_corrected(*, is_reported: bool, is_same: bool, strands_points: bool = False) -> Iterable[Reason]:
    """What keeps a learner from correcting their own choice, beside what keeps them from claiming the new one. `strands_points`: points of a board stand
    beside the credit, and could not stand beside the new choice."""
    if is_reported:
        yield Reason(
            "credit.reported",
            "It was reported already, so the provider's staff has to correct it. Write to them; they see this certificate.",
        )
    if strands_points:
        yield Reason(
            "credit.points_beside",
            "Points of a board stand beside this credit, and cannot be had with what you chose now. The provider's staff has to take them back first.",
        )
    if is_same:
        yield Reason("credit.unchanged", "Nothing was changed: choose another credit type or amount.")


def is_for_learners_only(reason: Reason) -> bool:
    """Does the reason ask for something that only the learner can do?"""
    return reason.code in _LEARNERS
