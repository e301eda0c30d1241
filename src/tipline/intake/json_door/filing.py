"""From documents to reports on the record: converted, checked, filed in one transaction, and taken down."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from tipline.core.errors import TiplineError
from tipline.intake.cybertipline.document import header_of, parse_report
from tipline.intake.doors.calls import Fault
from tipline.intake.forms import Form, FormError, source_of
from tipline.intake.forms.tipline_json import KEY
from tipline.reports.filing import Filed, Filing, file_reports
from tipline.reports.models import Channel, Document, DocumentKind
from tipline.reports.received import IdempotencyKeyReusedError, ReceivedDocument
from tipline.trust.accounts.models import Reporter
from tipline.trust.visibility import acting, provider_scope


@dataclass(frozen=True, slots=True)
class Ready:
    """A report that was checked and can be filed. `sha256` is of the document as it came."""

    filing: Filing
    root: etree._Element
    lost: tuple[str, ...]
    sha256: str


def prepare(
    form: Form, body: bytes, content_type: str, request_id: str, key: str = "", *, finish: bool = True
) -> Ready:
    """Convert and check a document.

    Raises
    ------
    FormError
    """
    converted = form.convert(body)
    if key and converted.idempotency_key and key != converted.idempotency_key:
        raise FormError([Fault(f"$.{KEY}", 0, "differs from the Idempotency-Key of the call")])
    root = parse_report(converted.report_xml)
    xml = converted.report_xml
    document = ReceivedDocument(xml, hashlib.sha256(xml).hexdigest(), content_type, request_id, source_of(form, body))
    filing = Filing(
        document=document,
        header=header_of(root),
        files=tuple(draft.stated() for draft in converted.files),
        idempotency_key=key or converted.idempotency_key,
        finish=finish,
    )
    return Ready(filing, root, converted.lost, hashlib.sha256(body).hexdigest())


def file(reporter: Reporter, ready: Sequence[Ready]) -> list[Filed | TiplineError]:
    """File them all in one transaction: one result each, in order.

    A repeat must be of the same bytes as what it repeats: the record compares the report alone, and files stand beside it.
    """
    results = file_reports(reporter, [one.filing for one in ready], Channel.JSON)
    repeated = {result.report_id for result in results if isinstance(result, Filed) and result.repeated}
    if not repeated:
        return results
    with acting(provider_scope(reporter.pk)):
        documents = Document.objects.filter(report_id__in=repeated, kind=DocumentKind.REPORT)
        sources = dict(documents.values_list("report_id", "source_sha256"))
    return [_compared(result, one, sources) for result, one in zip(results, ready, strict=True)]


def _compared(result: Filed | TiplineError, ready: Ready, sources: dict[int, str]) -> Filed | TiplineError:
    if isinstance(result, Filed) and result.repeated and sources.get(result.report_id) != ready.sha256:
        return IdempotencyKeyReusedError(result.report_id)
    return result
