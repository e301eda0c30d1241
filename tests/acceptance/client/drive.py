"""Drives the real client `ncmec-cybertip` (Python 3.13, its own environment) against a door and prints what it sent as JSON.

Usage: drive.py URL USERNAME PASSWORD [KINDS]

With KINDS, so many kinds of report are filed, and the client waits before every call: it writes a line to standard error, reads one from
standard input, and then tries until the door answers, as a provider's client should (docs/how-to/retry-safely.md).
"""

import asyncio
import hashlib
import json
import sys
import uuid
from datetime import UTC, date, datetime

import httpx
from ncmec_cybertip import client as api
from ncmec_cybertip import common, enums, exceptions, files, report

AT = datetime(2026, 1, 5, 10, 15, tzinfo=UTC)


def phone(n: int = 0, **more):
    return common.Phone(
        value=f"+1202555010{n}",
        type=enums.PhoneType.MOBILE,
        verified=True,
        verification_date=AT,
        country_calling_code="+1",
        extension="12",
        **more,
    )


def email(name: str):
    return common.Email(value=f"{name}@mail.example", type=enums.EmailType.HOME, verified=False, verification_date=AT)


def address(country: str = "IN"):
    return common.Address(
        type=enums.AddressType.HOME,
        address="1 Example Road",
        city="Jalgaon",
        zip_code="425001",
        state="MH",
        non_usa_state="Maharashtra",
        country=country,
    )


def capture(ip: str, event=enums.EventName.LOGIN):
    return common.IpCaptureEvent(ip_address=ip, event_name=event, date_time=AT, possible_proxy=False, port=50112)


def device(value: str):
    return common.DeviceId(id_type="IMEI", id_value=value, event_name=enums.EventName.REGISTRATION, date_time=AT)


def person(name: str):
    return common.Person(
        first_name=name,
        last_name="Example",
        phone=[phone(1), phone(2)],
        email=[email(name.lower())],
        address=[address()],
        age=30,
        age_assertion_discrepancy=True,
        date_of_birth=date(1996, 2, 29),
    )


def contact(name: str):
    return common.ContactPerson(
        first_name=name, last_name="Example", phone=[phone(3)], email=[email(name.lower())], address=[address("US")]
    )


def location():
    return common.EstimatedLocation(verified=True, timestamp=AT, city="Jalgaon", region="MH", country_code="IN")


def account(handle: str, ip: str):
    return {
        "esp_identifier": f"id-{handle}",
        "esp_service": "Pictogram Direct",
        "compromised_account": False,
        "screen_name": handle,
        "display_name": [handle.title(), "Zweiter Näme"],
        "profile_url": [f"https://pictogram.example/{handle}"],
        "profile_bio": "bio & <text>",
        "ip_capture_event": [capture(ip), capture("2001:db8:1::5", enums.EventName.UPLOAD)],
        "device_id": [device(f"DEV-{handle}")],
    }


def associated(kind, handle: str):
    return report.AssociatedAccount(
        account_type=kind,
        third_party_user=True,
        platform="Clipwave",
        first_name="A",
        middle_name="B",
        last_name="C",
        approximate_age=40,
        age_assertion_discrepancy=False,
        phone=[phone(4)],
        email=[email(f"assoc-{handle}")],
        all_emails_reported=True,
        address=[address()],
        esp_service="Clipwave",
        esp_identifier=f"cw-{handle}",
        profile_url=[f"https://clipwave.example/{handle}"],
        screen_name=handle,
        display_name=[handle],
        profile_bio="x",
        group_identifier="group-1",
        ip_capture_event=[capture("192.0.2.13")],
        device_id=[device("ASSOC-1")],
        additional_info="info",
    )


def details():
    return [
        report.InternetDetails(
            web_page_incident=report.WebPageIncident(
                third_party_hosted_content=True,
                url=["https://pictogram.example/p/1", "https://pictogram.example/p/2"],
                additional_info="w",
            )
        ),
        report.InternetDetails(
            email_incident=report.EmailIncident(email_address=[email("incident")], content="c", additional_info="e")
        ),
        report.InternetDetails(
            newsgroup_incident=report.NewsgroupIncident(
                name="n", email_address=[email("news")], content="c", additional_info="n"
            )
        ),
        report.InternetDetails(
            chat_im_incident=report.ChatImIncident(
                chat_client="c", chat_room_name="r", content="c", additional_info="i"
            )
        ),
        report.InternetDetails(
            online_gaming_incident=report.OnlineGamingIncident(
                game_name="g", console="c", content="c", additional_info="i"
            )
        ),
        report.InternetDetails(
            cell_phone_incident=report.CellPhoneIncident(
                phone_number=phone(5), latitude=21.0077, longitude=75.5626, additional_info="i"
            )
        ),
        report.InternetDetails(
            non_internet_incident=report.NonInternetIncident(
                location_name="l", incident_address=[address()], additional_info="i"
            )
        ),
        report.InternetDetails(
            peer2peer_incident=report.Peer2PeerIncident(
                client="p", ip_capture_event=[capture("192.0.2.14")], file_names="a.png", additional_info="i"
            )
        ),
    ]


def full(kind) -> report.Report:
    """Every element and attribute that the client knows, filled."""
    return report.Report(
        batched_report=report.BatchedReport(reason=enums.BatchedReportReason.VIRAL_POTENTIAL_MEME),
        incident_summary=report.IncidentSummary(
            incident_type=kind,
            platform="Pictogram",
            escalate_to_high_priority="synthetic urgency",
            report_annotations=report.ReportAnnotations(
                sextortion=True,
                csam_solicitation=True,
                minor_to_minor_interaction=True,
                spam=True,
                sadistic_online_exploitation=True,
                informational=True,
            ),
            incident_date_time=AT,
            incident_date_time_description="about then",
        ),
        internet_details=details(),
        law_enforcement=report.LawEnforcement(
            flea_country="IN",
            agency_name="Example Police",
            case_number="1/2026",
            officer_contact=contact("Officer"),
            reported_to_le=True,
            served_legal_process_domestic=False,
            served_legal_process_international=True,
        ),
        reporter=report.Reporter(
            reporting_person=person("Safety"),
            contact_person=contact("Contact"),
            company_template="t",
            terms_of_service="tos",
            legal_url="https://pictogram.example/legal",
        ),
        person_or_user_reported=report.PersonOrUserReported(
            person=person("Reported"),
            vehicle_description="a blue car",
            **account("reported_handle", "192.0.2.11"),
            third_party_user_reported=False,
            prior_ct_reports=[1, 2],
            group_identifier="g",
            estimated_location=location(),
            all_emails_reported=True,
            associated_account=[associated(k, f"assoc{i}") for i, k in enumerate(enums.AssociatedAccountType)],
            additional_info="i",
        ),
        intended_recipient=[
            report.IntendedRecipient(
                person=person(f"Recipient{n}"),
                **account(f"recipient{n}", "192.0.2.12"),
                prior_ct_reports=[3],
                group_identifier="g",
                estimated_location=location(),
                all_emails_reported=False,
                additional_info="i",
            )
            for n in range(2)
        ],
        victim=[
            report.Victim(
                person=person("Child"),
                **account("child_handle", "192.0.2.15"),
                school_name="Example School",
                prior_ct_reports=[4],
                estimated_location=location(),
                all_emails_reported=False,
                associated_account=[associated(None, "childassoc")],
                additional_info="i",
            )
        ],
        additional_info="the whole schema",
    )


def full_details(report_id: int, file_id: str, body: bytes) -> files.FileDetails:
    return files.FileDetails(
        report_id=report_id,
        file_id=file_id,
        original_file_name="näme ‮gnp.exe",
        uploaded_to_esp_timestamp=AT,
        location_of_file="https://pictogram.example/f/1",
        file_viewed_by_esp=True,
        exif_viewed_by_esp=False,
        publicly_available=True,
        file_relevance=enums.FileRelevance.REPORTED,
        file_annotations=files.FileAnnotations(
            anime_drawing_virtual_hentai=True,
            potential_meme=True,
            viral=True,
            possible_self_production=True,
            physical_harm=True,
            violence_gore=True,
            bestiality=True,
            live_streaming=True,
            infant=True,
            generative_ai=True,
        ),
        industry_classification=enums.IndustryClassification.A2,
        original_file_hash=files.file_hashes(body),
        ip_capture_event=capture("192.0.2.16", enums.EventName.UPLOAD),
        device_id=[device("FILE-1")],
        details=[
            files.Details(
                name_value_pair=[
                    files.NameValuePair(type=enums.DetailsType.EXIF, name="Model", value="X"),
                    files.NameValuePair(type=enums.DetailsType.HASH, name="h", value="v"),
                ]
            )
        ],
        additional_info=["one", "two"],
    )


class Patient(httpx.AsyncHTTPTransport):
    """Waits to be told before each call, and repeats it while the door is away. A submit keeps its Idempotency-Key."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/submit"):
            request.headers["Idempotency-Key"] = uuid.uuid4().hex
        print(request.url.path, file=sys.stderr, flush=True)
        sys.stdin.readline()
        for _ in range(900):  # three minutes: other tests start servers too
            try:
                answer = await super().handle_async_request(request)
            except httpx.TransportError:
                pass
            else:
                if answer.status_code not in (502, 503):
                    return answer
                await answer.aread()
            await asyncio.sleep(0.2)
        raise httpx.ConnectError("the door stays away", request=request)


async def main(url: str, username: str, password: str, kinds: str = "") -> dict:
    sent = []

    async def keep(request: httpx.Request) -> None:
        body = await request.aread()
        sent.append({"call": request.url.path.rpartition("/")[2], "sha256": hashlib.sha256(body).hexdigest()})

    http = httpx.AsyncClient(
        auth=(username, password),
        event_hooks={"request": [keep]},
        trust_env=False,
        timeout=30,
        transport=Patient() if kinds else None,
    )
    out = {"reports": [], "errors": {}}
    async with api.CyberTiplineClient(username=username, password=password, base_url=url, client=http) as door:
        status = await door.status()
        out["status"] = {"code": status.response_code, "report_id": status.report_id}
        out["xsd"] = hashlib.sha256((await door.get_xsd()).encode()).hexdigest()
        for kind in list(enums.IncidentType)[: int(kinds) if kinds else None]:
            sent.clear()
            opened = await door.submit(full(kind))
            body = f"noise {kind.value}".encode()
            uploaded = await door.upload(opened.report_id, body, filename="../../näme.png")
            described = await door.file_info(full_details(opened.report_id, uploaded.file_id, body))
            done = await door.finish(opened.report_id)
            out["reports"].append(
                {
                    "id": opened.report_id,
                    "kind": kind.value,
                    "sent": [dict(s) for s in sent],
                    "file": uploaded.file_id,
                    "md5": uploaded.hash,
                    "sha256": hashlib.sha256(body).hexdigest(),
                    "described": described.report_id,
                    "finished": done.report_id,
                    "files": done.file_ids,
                }
            )
        minimal = report.Report(
            incident_summary=report.IncidentSummary(
                incident_type=enums.IncidentType.MISLEADING_DOMAIN_NAME, incident_date_time=datetime(2026, 1, 5, 10, 15)
            ),
            reporter=report.Reporter(reporting_person=common.Person()),
        )
        opened = await door.submit(minimal)
        retracted = await door.retract(opened.report_id)
        out["retracted"] = retracted.report_id

        async def code_of(call) -> list:
            try:
                await call
            except exceptions.ApiError as error:
                return [error.response_code, error.description, len(error.request_id or "")]
            return [0, "", 0]

        last = out["reports"][-1]["id"]
        out["errors"] = {
            "finish twice": await code_of(door.finish(last)),
            "retract finished": await code_of(door.retract(last)),
            "upload finished": await code_of(door.upload(last, b"x")),
            "details finished": await code_of(door.file_info(full_details(last, "0" * 32, b"x"))),
            "retract twice": await code_of(door.retract(retracted.report_id)),
            "no such report": await code_of(door.finish(10**9)),
            "empty file": await code_of(door.upload((await door.submit(minimal)).report_id, b"")),
        }
    async with api.CyberTiplineClient(username=username, password="wrong", base_url=url) as stranger:
        out["errors"]["wrong password"] = await code_of(stranger.status())
    return out


print(json.dumps(asyncio.run(main(*sys.argv[1:5]))))
