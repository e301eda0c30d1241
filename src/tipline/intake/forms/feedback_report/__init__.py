"""An e-mail feedback report (RFC 5965, `multipart/report`), as XARF is sent by e-mail: the machine's part is a document of another form.

The envelope says nothing that the document does not; its human part is for people. Feedback about unwanted mail, which is what RFC 5965
was made for, has no such part and is refused.
"""

from __future__ import annotations

import email
import re
from email.message import Message
from email.policy import default

from tipline.core.text import visible
from tipline.intake.forms import CarriesMediaError, Converted, Form, FormError, UnreadableError, detect_form

MOST_PARTS = 20
_LOOKS = re.compile(rb"content-type:\s*multipart/report\b", re.IGNORECASE)
_HEAD = 16 * 1024
_TEXT = frozenset({"text/plain", "message/feedback-report", "text/rfc822-headers"})


class FeedbackReport:
    """The form `feedback-report`."""

    name = "feedback-report"
    version = "1"
    title = "E-mail feedback report (RFC 5965) that carries a document of another form"
    media_types: tuple[str, ...] = ("message/rfc822",)

    def detect(self, body: bytes) -> bool:
        """Whether its headers say multipart/report."""
        return _LOOKS.search(body[:_HEAD]) is not None

    def convert(self, body: bytes) -> Converted:
        """The document that the e-mail carries, as CyberTipline XML."""
        message = email.message_from_bytes(body, policy=default)
        if message.get_content_type() != "multipart/report" or message.get_param("report-type") != "feedback-report":
            raise UnreadableError("an e-mail of multipart/report; report-type=feedback-report is expected")
        parts = list(message.iter_parts())
        if len(parts) > MOST_PARTS:
            raise UnreadableError(f"more than {MOST_PARTS} parts")
        documents: list[tuple[int, bytes]] = []
        lost: list[str] = []
        for number, part in enumerate(parts, 1):
            kind = part.get_content_type()
            if kind == "application/json":
                documents.append((number, _payload(part, number)))
            elif kind in _TEXT:
                lost.append(f"part {number} ({kind}) is kept as it came, and not read")
            else:
                raise CarriesMediaError(f"part {number}", visible(kind, 60))
        if len(documents) != 1:
            raise UnreadableError(f"one part of application/json is expected; there are {len(documents)}")
        number, document = documents[0]
        form = detect_form(document)
        if form is None:
            raise UnreadableError("no form that is known here", f"part {number}")
        try:
            made = form.convert(document)
        except FormError as refusal:
            refusal.args = (f"part {number}: {refusal}",)
            raise
        return Converted(made.report_xml, made.files, (*made.lost, *lost), made.idempotency_key)


def _payload(part: Message, number: int) -> bytes:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or part.defects:
        raise UnreadableError("cannot be decoded", f"part {number}")
    return payload


FORM: Form = FeedbackReport()
