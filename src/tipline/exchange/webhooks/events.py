"""What can be told. Each is an act of the log, by the name that it has there; nothing else of the log goes out."""

from __future__ import annotations

EVENTS: dict[str, str] = {
    "report.processed": "A report went through the stages: it may be new on your desk",
    "referral.acknowledged": "A report was acknowledged",
    "referral.accepted": "A report was accepted into a case, by your desk or one that you sent it to",
    "referral.forwarded": "A report was forwarded",
    "referral.split": "A report was split off a bundle and forwarded",
    "referral.joined": "A desk was asked to take part in a report",
    "referral.returned": "A report was returned",
    "referral.recalled": "A report was recalled",
    "referral.transferred": "A report was moved to another desk",
    "outcome.recorded": "An outcome was recorded",
    "outcome.withdrawn": "An outcome was withdrawn",
    "public_form.message_added": "Whoever reported by the public form wrote again",
    "case.opened": "A case of yours was opened",
    "case.reports_added": "Reports were added to a case of yours",
    "case.closed": "A case of yours was closed",
    "case.reopened": "A case of yours was opened again",
    "case.transfer_offered": "A case of yours was offered to another agency",
    "request.sent": "A legal request was noted as sent",
    "request.replied": "A reply was noted",
    "request.alerted": "A legal request is due",
}
TEST = "webhook.test"
