"""What we do about publication: judge, sign, freeze, publish, watch, withdraw, correct. Nothing that breaks a rule gets past here."""

from preceptor.compliance.actions.editions import new_edition, send_correction
from preceptor.compliance.actions.publication import acknowledge, change_stage, publish, sign_review, withdraw
from preceptor.compliance.actions.watch import check_links, daily_review

__all__ = [
    "acknowledge",
    "change_stage",
    "check_links",
    "daily_review",
    "new_edition",
    "publish",
    "send_correction",
    "sign_review",
    "withdraw",
]
