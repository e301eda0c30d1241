"""A report as JSON: the model of the XSD, by the rule of docs/reference/json-report.md, and the files it states."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from tipline.intake.cybertipline.document import parse_file_details, parse_report
from tipline.intake.cybertipline.errors import WireError
from tipline.intake.doors.calls import Fault
from tipline.intake.forms import Converted, Form, FormError, StatedFileDraft
from tipline.intake.forms.mapping import form_error, to_json, to_xml
from tipline.intake.forms.model import Child, Shape, Simple, root_shape
from tipline.intake.forms.strict_json import Number, read_object

FILES, KEY, SIZE = "files", "idempotencyKey", "sizeBytes"
MOST_FILES = 1_000
LONGEST_KEY = 255
LARGEST = 2**63 - 1
# of a file that is only stated: it gets its numbers when the report is filed
_NUMBERS = {"reportId": Number("0"), "fileId": "0"}
_BEFORE, _AFTER = b"<fileDetails><reportId>0</reportId><fileId>0</fileId>", b"</fileDetails>"
_DIGITS = {"md5": 32, "sha1": 40, "sha256": 64}
_LOOKS = re.compile(
    rb'\s*\{.{0,4000}?"(?:incidentSummary|internetDetails|personOrUserReported|batchedReport)"\s*:', re.DOTALL
)


def stated_shape() -> Shape:
    """What is said of a file: `fileDetails` without its two numbers."""
    whole = root_shape("fileDetails")
    said = {name: child for name, child in whole.children.items() if name not in _NUMBERS}
    said[SIZE] = Child(SIZE, Simple("integer", "SizeInBytes", least="0", most=str(LARGEST)), required=False, many=False)
    return Shape("StatedFile", said, whole.attributes, note="A file that is described and not uploaded.")


class TiplineJson:
    """The form `tipline-json`."""

    name = "tipline-json"
    version = "1"
    title = "Tipline JSON report"
    media_types: tuple[str, ...] = ("application/json", "application/vnd.tipline.report+json")

    def detect(self, body: bytes) -> bool:
        """Whether it is an object with a key of a report near its beginning."""
        return _LOOKS.match(body.removeprefix(b"\xef\xbb\xbf")) is not None

    def convert(self, body: bytes) -> Converted:
        """One report with its files as CyberTipline XML. Nothing of it is lost."""
        return convert_value(read_object(body))


def convert_value(value: dict[str, Any]) -> Converted:
    """As `convert`, of JSON that was read by `read_json`."""
    value = dict(value)
    key, files = value.pop(KEY, ""), value.pop(FILES, [])
    if type(key) is not str or len(key) > LONGEST_KEY or not key.isprintable():
        raise FormError([Fault(f"$.{KEY}", 0, f"at most {LONGEST_KEY} printable characters are expected")])
    if not isinstance(files, list) or len(files) > MOST_FILES:
        raise FormError([Fault(f"$.{FILES}", 0, f"a list of at most {MOST_FILES} is expected")])
    shape = root_shape("report")
    report = _written(to_xml(value, "report", shape))
    try:
        parse_report(report)
    except WireError as refusal:
        raise form_error(refusal, value, shape) from refusal
    lost: list[str] = []
    stated = tuple(_stated(one, f"$.{FILES}[{index}]", lost) for index, one in enumerate(files))
    return Converted(report, stated, tuple(lost), key)


def details_xml(value: dict[str, Any], report_id: int, file_id: str) -> bytes:
    """What is said of a file, as its `fileDetails` document.

    Raises
    ------
    FormError
    """
    shape = root_shape("fileDetails")
    whole = {**value, "reportId": Number(report_id), "fileId": file_id}
    if twice := _NUMBERS.keys() & value.keys():
        raise FormError([Fault(f"$.{name}", 0, "stands in the address, not here") for name in sorted(twice)])
    body = _written(to_xml(whole, "fileDetails", shape))
    try:
        parse_file_details(body)
    except WireError as refusal:
        raise form_error(refusal, whole, shape) from refusal
    return body


def report_json(root: etree._Element) -> dict[str, Any]:
    """What a valid `report` document says."""
    return to_json(root, root_shape("report"))


def details_json(root: etree._Element) -> dict[str, Any]:
    """What a valid `fileDetails` document says, its two numbers left out."""
    said = to_json(root, root_shape("fileDetails"))
    return {name: value for name, value in said.items() if name not in _NUMBERS}


def _stated(value: Any, at: str, lost: list[str]) -> StatedFileDraft:
    if not isinstance(value, dict):
        raise FormError([Fault(at, 0, "an object is expected")])
    said = dict(value)
    size = _size(said.pop(SIZE, Number("0")), f"{at}.{SIZE}")
    try:
        body = details_xml(said, 0, "0")
    except FormError as refusal:
        raise FormError([Fault(f.path.replace("$", at, 1), 0, f.rule, f.kind) for f in refusal.faults]) from refusal
    inner = body[body.index(_BEFORE) + len(_BEFORE) :].removesuffix(_AFTER)
    return StatedFileDraft(inner, str(said.get("originalFileName", "")), size, **_hashes(said, at, lost))


def _size(value: Any, at: str) -> int:
    text = re.sub(r"\.0+\Z", "", value) if isinstance(value, str) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LARGEST):
        raise FormError([Fault(at, 0, "a whole number of bytes is expected")])
    return int(text)


def _hashes(said: dict[str, Any], at: str, lost: list[str]) -> dict[str, str]:
    """The hashes that files are matched by, as stated; the others stand in the details."""
    found: dict[str, str] = {}
    for index, one in enumerate(said.get("originalFileHash", [])):
        kind = one["hashType"].lower().replace("-", "")
        if kind not in _DIGITS:
            continue
        text = one["value"].strip().lower()
        if re.fullmatch(rf"[0-9a-f]{{{_DIGITS[kind]}}}", text):
            found.setdefault(kind, text)
        else:
            lost.append(
                f"{at}.originalFileHash[{index}] is not {_DIGITS[kind]} hex digits: it is kept, but matched with nothing"
            )
    return found


def _written(element: etree._Element) -> bytes:
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8")


FORM: Form = TiplineJson()
