"""The documents that the door answers with."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from tipline.core.text import visible

CONTENT_TYPE = "text/xml; charset=utf-8"
LONGEST_DESCRIPTION = 2000


def report_response(
    code: int, description: str, report_id: int | None = None, file_id: str = "", md5: str = ""
) -> bytes:
    """`reportResponse`. Hidden characters in the description are written out, so that it is always XML."""
    root = etree.Element("reportResponse")
    etree.SubElement(root, "responseCode").text = str(code)
    etree.SubElement(root, "responseDescription").text = visible(description, LONGEST_DESCRIPTION)
    if report_id is not None:
        etree.SubElement(root, "reportId").text = str(report_id)
    if file_id:
        etree.SubElement(root, "fileId").text = file_id
    if md5:
        etree.SubElement(root, "hash").text = md5
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def report_done_response(report_id: int, file_ids: Sequence[str], code: int = 0, description: str = "") -> bytes:
    """`reportDoneResponse`, the answer to a finish, also to a refused one.

    Clients read the answer to a finish as this document whatever its code, and in strict order; the description of a refusal
    therefore stands last, where they pass over it.
    """
    root = etree.Element("reportDoneResponse")
    etree.SubElement(root, "responseCode").text = str(code)
    etree.SubElement(root, "reportId").text = str(report_id)
    files = etree.SubElement(root, "files")
    for file_id in file_ids:
        etree.SubElement(files, "fileId").text = file_id
    if description:
        etree.SubElement(root, "responseDescription").text = visible(description, LONGEST_DESCRIPTION)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
