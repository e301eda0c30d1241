"""The score of a document: what it counts, what it advises, and that it is explained."""

from __future__ import annotations

from lxml import etree

from tests import factories
from tipline.demo.synthetic import report_xml
from tipline.intake.doors.completeness import DOCUMENTS, RULES, completeness_of, rules_of


def _of(xml: str) -> tuple[int, dict[str, tuple[int, int]]]:
    found = completeness_of(etree.fromstring(xml))
    assert found is not None
    return found.score, {a.rule: (a.missing, a.among) for a in found.advice}


BARE = "<report><incidentSummary><incidentType>x</incidentType><incidentDateTime>{}</incidentDateTime></incidentSummary>{}</report>"


def test_a_bare_report_earns_its_zone_and_is_told_everything_else_that_applies() -> None:
    score, missing = _of(BARE.format("2026-01-05T10:15:00Z", ""))
    assert 0 < score < 15
    assert {"address", "account-number", "contact", "device", "where"} <= set(missing)
    # of what is not there nothing further is asked
    assert not {"address-port", "email-verified", "zone", "upload-event"} & set(missing)
    assert _of(BARE.format("2026-01-05T10:15:00", ""))[0] == 0
    assert _of(BARE.format("2026-01-05T10:15:00+05:30", ""))[0] == score


def test_what_some_addresses_lack_counts_by_its_share() -> None:
    event = "<ipCaptureEvent><ipAddress>192.0.2.{}</ipAddress>{}</ipCaptureEvent>"
    account = "<personOrUserReported>{}</personOrUserReported>"
    with_port, without = event.format(1, "<port>5</port>"), event.format(2, "")
    scores = [
        _of(BARE.format("2026-01-05T10:15:00Z", account.format(body)))
        for body in (without + without, with_port + without, with_port + with_port)
    ]
    assert scores[0][0] < scores[1][0] < scores[2][0]
    assert [missing.get("address-port") for _, missing in scores] == [(2, 2), (1, 2), None]


def test_an_empty_element_says_nothing() -> None:
    full = BARE.format(
        "2026-01-05T10:15:00Z", "<personOrUserReported><espIdentifier>7</espIdentifier></personOrUserReported>"
    )
    assert "account-number" not in _of(full)[1]
    assert "account-number" in _of(full.replace(">7<", "> <"))[1]


def test_the_upload_itself_is_told_from_a_login() -> None:
    event = "<personOrUserReported><ipCaptureEvent><ipAddress>192.0.2.1</ipAddress><eventName>{}</eventName></ipCaptureEvent></personOrUserReported>"
    for name, advised in (("Login", True), ("Upload", False)):
        assert ("upload-event" in _of(BARE.format("2026-01-05T10:15:00Z", event.format(name)))[1]) == advised


def test_whom_the_provider_names_as_contact_need_not_be_verified() -> None:
    person = "<reporter><reportingPerson><email>a@b.example</email></reportingPerson></reporter>"
    missing = _of(BARE.format("2026-01-05T10:15:00Z", person))[1]
    assert "contact" in missing and "email-verified" not in missing


def test_a_supplemental_file_is_not_asked_for_a_classification() -> None:
    details = "<fileDetails><reportId>1</reportId><fileId>a</fileId><fileRelevance>{}</fileRelevance></fileDetails>"
    assert "file-class" in _of(details.format("Reported"))[1]
    assert "file-class" not in _of(details.format("Supplemental Reported"))[1]


def test_a_hundred_is_for_a_document_to_which_nothing_can_be_added() -> None:
    full = (
        "<fileDetails><originalFileName>a</originalFileName><uploadedToEspTimestamp>2026-01-05T10:15:00Z</uploadedToEspTimestamp>"
        "<locationOfFile>https://a.example/</locationOfFile><fileViewedByEsp>false</fileViewedByEsp><publiclyAvailable>true</publiclyAvailable>"
        "<fileRelevance>Reported</fileRelevance><industryClassification>A1</industryClassification><originalFileHash hashType='MD5'>a</originalFileHash>"
        "<ipCaptureEvent><ipAddress>192.0.2.1</ipAddress><dateTime>2026-01-05T10:15:00Z</dateTime><port>1</port></ipCaptureEvent>"
        "<deviceId><idType>IMEI</idType><idValue>1</idValue></deviceId></fileDetails>"
    )
    assert _of(full) == (100, {})
    assert _of(full.replace("<deviceId><idType>IMEI</idType><idValue>1</idValue></deviceId>", ""))[0] < 100


def test_points_of_the_advice_and_the_score_make_a_hundred() -> None:
    for report in (factories.synthetic(), factories.synthetic(device="imei-1", ip="")):
        found = completeness_of(etree.fromstring(report_xml(report)))
        assert found is not None
        assert abs(found.score + sum(a.lost for a in found.advice) - 100) <= len(found.advice)
        assert [a.lost for a in found.advice] == sorted((a.lost for a in found.advice), reverse=True)


def test_every_rule_can_be_met_by_a_document_of_the_schema() -> None:
    """Each path names elements that the schema has, so that no advice leads into a refusal."""
    from tipline.intake.cybertipline.document import SCHEMA_FILE

    tree = etree.parse(SCHEMA_FILE)
    xs = "{http://www.w3.org/2001/XMLSchema}"
    known = {e.get("name") for e in tree.iter(f"{xs}element")} | {
        f"@{e.get('name')}" for e in tree.iter(f"{xs}attribute")
    }
    for rule in RULES:
        for path in (*rule.given, rule.each, *rule.when, *rule.unless):
            assert set(path.partition("=")[0].strip("/").split("/")) - {""} <= known, (rule.id, path)
        assert not rule.has or rule.has in known, rule.id
        assert set(rule.zoned) <= known
    assert all(rules_of(document) for document in DOCUMENTS)


def test_an_answer_of_the_door_has_no_score() -> None:
    assert completeness_of(etree.fromstring("<reportResponse/>")) is None
