"""The summary of a lead as a document to print: what stands on the report's page, masked, in the desk's language, and never media."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from babel.dates import format_date, format_datetime

from tipline.core.clock import now, zone_of
from tipline.core.printing.model import (
    Block,
    Document,
    Facts,
    Heading,
    Items,
    Language,
    Paragraph,
    Remark,
    Run,
    Style,
    Table,
    Text,
)
from tipline.investigation.chain import MASKED, chain
from tipline.investigation.leads.facts import Facts as Known
from tipline.investigation.leads.facts import facts_of
from tipline.investigation.leads.queries import marks_of, related
from tipline.investigation.leads.steps import Due, Standing, due, said
from tipline.investigation.leads.texts import DEFAULT_LANGUAGE, LANGUAGES, Texts, language_of
from tipline.pipeline.attribution.queries import credit_lines
from tipline.reports.models import IdentifierKind, PersonRole
from tipline.trust.accounts.models import User
from tipline.trust.actors import Actor, ActorKind
from tipline.trust.agencies.models import Agency
from tipline.trust.audit.services import Act, record
from tipline.trust.places import local_place
from tipline.trust.visibility import Scope

_BOXES = {Standing.OPEN: "☐", Standing.DONE: "☑", Standing.NOT_NEEDED: "☒"}
_MOST_SHARED = 5  # of the identifiers that one related lead shares


@dataclass(frozen=True, slots=True)
class Reader:
    """Who prints, and for which desk; without one the operator at the machine prints."""

    name: str
    desk: Agency | None


def summary(scope: Scope, actor: Actor, report_id: int, language: str = "") -> tuple[Document, str]:
    """The summary of a report and its language; that it was printed is an entry of the log, in the same transaction.

    Parameters
    ----------
    language
        a code of `texts.LANGUAGES`; anything else: the first of the desk's languages that there are texts in.

    Raises
    ------
    NotFoundError
        when there is no such report in scope.
    """
    found = chain(scope, report_id, MASKED)
    person = _person(actor)
    desk = person.agency if person else None
    code = language if language in LANGUAGES else language_of(desk.languages) if desk else DEFAULT_LANGUAGE
    reader = Reader(f"{person.name} ({person.email})" if person else "", desk)
    marks = marks_of(report_id, desk.pk) if desk else {}
    credits = [line.text for line in credit_lines(s["source"] for a in found["attributions"] for s in a["sources"])]
    detail = {"language": code, "masked": found["masked"]}
    record(actor, [Act("report.summary_printed", "report", report_id, detail)])
    at = now()
    facts = facts_of(found, at, desk.code if desk else "", desk.kind if desk else "")
    steps = due(facts, marks) if facts.numbers["held"] else ()
    return _Paper(LANGUAGES[code], found, reader, at).document(facts, steps, credits), code


class _Paper:
    """One summary being written."""

    def __init__(self, texts: Texts, found: Mapping[str, Any], reader: Reader, at: datetime) -> None:
        self.texts, self.found, self.reader, self.at = texts, found, reader, at
        self.say, self.word = texts.say, texts.word
        self.language: Language = texts.language.code
        self.zone = zone_of(reader.desk.timezone if reader.desk else "UTC")

    def document(self, facts: Known, steps: Sequence[Due], credits: Sequence[str]) -> Document:
        """The whole of it."""
        found, say = self.found, self.say
        day = self.day(facts.values["date"])
        known, unknown = (
            Items(tuple(one.text for one in said(facts, side, self.language, day)) or (say("nothing"),))
            for side in ("known", "unknown")
        )
        blocks: list[Block] = [
            Facts(self._head()),
            *([Remark(say("child"))] if found["children"] else []),
            Heading(say("known")), known, Heading(say("unknown")), unknown,
            *self._steps(steps), *self._identifiers(), *self._addresses(), *self._place(), *self._clocks(), *self._files(),
            *self._way(), *self._related(), *self._scores(), *self._texts(),
            *self._sources(credits),
            Remark(say("closing")),
        ]  # fmt: skip
        desk = self.reader.desk
        when = self.time(self.at.isoformat())
        who = self.reader.name or say("operator")
        return Document(
            title=say("title", number=found["id"]),
            language=self.language,
            head=(*((f"{desk.name} ({desk.code})",) if desk else ()), say("printed", when=when, who=who)),
            marking=say("marking"),
            reference=say("reference", number=found["id"], desk=desk.code if desk else "–", when=when),
            page_word=say("page"),
            blocks=tuple(blocks),
        )

    # -- times -------------------------------------------------------------------------------------------------------

    def time(self, text: str | None) -> str:
        """A time in the desk's zone, as the language writes it."""
        if not text:
            return self.say("not_stated")
        local = datetime.fromisoformat(text).astimezone(self.zone)
        return f"{format_datetime(local, 'd MMMM y, HH:mm:ss', locale=self.language)} {local.tzname()}"

    def utc(self, text: str) -> str:
        """A time in UTC, the same in every language."""
        return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M:%S}"

    def day(self, text: str | None) -> str:
        """A day in the desk's zone, of a time or of a day."""
        if not text:
            return "–"
        at = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).astimezone(self.zone).date()
        return str(format_date(at, "d MMMM y", locale=self.language))

    def both(self, at: str | None, written: str | None, *, zone_stated: bool = True) -> str:
        """The time as the desk reads it, in UTC, and as the report writes it, each on its line."""
        lines = [self.time(at) if at or not written else self.say("unreadable")]
        if at:
            lines.append(self.say("utc", when=self.utc(at)))
        if written:
            lines.append(self.say("written", text=written))
            if not zone_stated:
                lines.append(self.say("no_zone"))
        return "\n".join(lines)

    # -- parts -------------------------------------------------------------------------------------------------------

    def _head(self) -> tuple[tuple[str, Text], ...]:
        found, say = self.found, self.say
        incident, case = found["incident"], found["case"]
        platform = incident["platform"]
        provider = found["reporter"] + (f" ({platform})" if platform and platform != found["reporter"] else "")
        urgent = incident["escalated"] or (found["routing"] or {}).get("urgent")
        number = str(found["id"])
        rows: list[tuple[str, Text]] = [
            (say("number"), (Run(number, Style.STRONG), Run(f" ({say('urgent')})", Style.STRONG)) if urgent else (Run(number, Style.STRONG),)),
            (say("provider"), provider),
            (say("incident"), self.word("incident", incident["type"])),
            (say("incident_at"), self.both(incident["at"], incident["at_text"])),
            (say("received"), self.time(found["received_at"])),
            (say("case"), case["number"] if case else say("none_yet")),
        ]  # fmt: skip
        if incident["annotations"]:
            rows.append((say("flags"), ", ".join(incident["annotations"])))
        return tuple(rows)

    def _steps(self, steps: Sequence[Due]) -> list[Block]:
        if not steps:
            return []
        say = self.say
        rows = tuple((self.word("urgency", one.step.urgency), self._step(one), self._standing(one)) for one in steps)
        return [
            Heading(say("steps")),
            Table(say("steps_caption"), (say("step_due"), say("step_what"), say("step_state")), rows, (1.1, 4.6, 1.8)),
        ]

    def _step(self, one: Due) -> Text:
        section = one.step.section
        law = ""
        if section:
            when = self.day(one.step.law_as_of)
            law = "\n" + self.say("law", section=f"{section.act} {section.section}", when=when)
        return (
            Run(f"{_BOXES[one.standing]} "),
            Run(one.step.text[self.language], Style.STRONG),
            Run(f"\n{one.step.why[self.language]}{law}"),
        )

    def _standing(self, one: Due) -> str:
        if one.seen:
            return self.say("seen_done")
        state = self.word("standing", one.standing)
        if one.mark is None or one.standing == Standing.OPEN:
            return state
        told = self.say("marked", state=state, who=one.mark.by, when=self.day(one.mark.at))
        return f"{told}\n{one.mark.reason}" if one.mark.reason else told

    def _identifiers(self) -> list[Block]:
        say = self.say
        names = [
            ((say("name_given"), (Run(name),), "", self.word("role", p["role"]), ""))
            for p in self.found["persons"]
            for name in dict.fromkeys(
                one for one in (f"{p['first_name']} {p['last_name']}".strip(), *p["display_names"]) if one
            )
        ]
        rows = [
            (
                self.word("kind", i["kind"]), _written(i), i["scope"] or "–", self.word("role", i["role"]), str(len(i["sightings"])),
            )
            for i in self.found["identifiers"]
            if i["kind"] != IdentifierKind.IP or i["scope"]
        ]  # fmt: skip
        table: Block = Paragraph(say("no_identifiers"))
        if names or rows:
            head = (say("kind"), say("value"), say("on"), say("role"), say("seen"))
            table = Table(say("identifiers_caption"), head, (*names, *rows), (1.3, 3.2, 1.5, 1.6, 0.8))
        return [Heading(say("identifiers")), table]

    def _addresses(self) -> list[Block]:
        say = self.say
        shown = [a for a in self.found["attributions"] if not a["masked"]]
        withheld = len(self.found["attributions"]) - len(shown)
        blocks: list[Block] = [Heading(say("addresses"))]
        if shown:
            rows = tuple(
                (self._address(a), self.both(a["at"], a["at_text"], zone_stated=a["at_zone_stated"]), self._placed(a))
                for a in shown
            )
            blocks.append(
                Table(say("addresses_caption"), (say("address"), say("time"), say("place")), rows, (1.7, 2, 2))
            )
            blocks.append(Heading(say("explanations"), 2))
            blocks.append(Items(tuple(dict.fromkeys(a["explanation"] for a in shown))))
        if withheld:
            blocks.append(Paragraph(say("withheld_addresses", count=withheld)))
        elif not shown:
            blocks.append(Paragraph(say("no_address")))
        return blocks

    def _address(self, a: Mapping[str, Any]) -> Text:
        port = f":{a['port']}" if a["port"] else f"\n{self.say('no_port')}"
        ip = f"[{a['ip']}]" if ":" in a["ip"] and a["port"] else a["ip"]
        role = self.word("role", a["role"]) if a["role"] != PersonRole.REPORTED else ""
        return (Run(ip, Style.CODE), Run(port + (f"\n{role}" if role else "")))

    def _placed(self, a: Mapping[str, Any]) -> str:
        lines = (
            self._named(a) or self.say("place_unknown"),
            self._sure(a["confidence"], abstained=a["abstained"]),
            a["owner"],
            ", ".join(a["flags"]),
        )
        return "\n".join(line for line in lines if line)

    def _named(self, found: Mapping[str, Any]) -> str:
        """A place as the language of this page writes it."""
        state, district = local_place(found["country"], found["state"], found["district"], self.language)
        return ", ".join(part for part in (district, state, found["country"]) if part)

    def _sure(self, value: float, *, abstained: bool) -> str:
        # the same limits as on the screens (console/templatetags/components.py)
        words = "abstained" if abstained else "high" if value >= 0.85 else "fair" if value >= 0.6 else "low"
        return self.word("confidence", words).format(percent=round(value * 100))

    def _place(self) -> list[Block]:
        where = self.found["whereabouts"]
        if where is None:
            return []
        say = self.say
        place = self._named(where)
        sure = self._sure(where["confidence"], abstained=where["abstained"])
        rows: list[tuple[str, Text]] = [
            (say("place"), (Run(place or say("place_unknown"), Style.STRONG), Run(f", {sure}"))),
            (say("explanation"), where["explanation"]),
        ]
        return [Heading(say("where")), Facts(tuple(rows))]

    def _clocks(self) -> list[Block]:
        say = self.say
        logs = [
            (a, log)
            for a in self.found["attributions"]
            if not a["masked"] and (log := a["log"]) and log["likely_gone_at"]
        ]
        if not logs:
            return []
        logs.sort(key=lambda pair: datetime.fromisoformat(pair[1]["likely_gone_at"]))
        rows = tuple(
            ((Run(a["ip"], Style.CODE),), log["holder"] or "–", self.day(log["likely_gone_at"]), self.day(log["kept_until_by_rule_at"]), self._kept(log))
            for a, log in logs
        )  # fmt: skip
        head = (say("address"), say("holder"), say("gone"), say("by_rule"), say("preservation"))
        return [Heading(say("clocks")), Table(say("clocks_caption"), head, rows, (1.6, 2, 1.2, 1.2, 1.6))]

    def _kept(self, log: Mapping[str, Any]) -> str:
        told = [self.word("preservation", n["kind"]).format(date=self.day(n["on"])) for n in log["preservation"]]
        return "\n".join((*told, *([self.say("preserved")] if log["preserved"] else []))) or self.say("not_asked")

    def _files(self) -> list[Block]:
        say = self.say
        if not self.found["files"]:
            return [Heading(say("files")), Paragraph(say("no_files"))]
        viewed = {True: "yes", False: "no", None: "unknown"}
        rows = tuple(
            (
                f"{number}\n{say('size', count=f['size_bytes'])}\n{self.word('viewed', viewed[f['viewed_by_provider']])}\n"
                + self.word("sealed", "yes" if f["sealed"] else "no"),
                _hashes(f),
            )
            for number, f in enumerate(self.found["files"], 1)
        )
        return [
            Heading(say("files")),
            Table(say("files_caption"), (say("file"), say("hashes")), rows, (0.9, 3.6)),
            Remark(say("files_note")),
        ]

    def _way(self) -> list[Block]:
        say, found = self.say, self.found
        start = (
            f"{found['receiving_agency_name']} ({found['receiving_agency']})",
            say("door"),
            self.time(found["received_at"]),
        )
        hops = tuple(
            (
                f"{hop['to_name']} ({hop['to']})",
                self.word("state", hop["state"]),
                self.time(hop["state_at"] or hop["at"]),
            )
            for hop in found["referrals"]
        )
        return [
            Heading(say("way")),
            Table(say("way_caption"), (say("desk"), say("state"), say("since")), (start, *hops), (2.4, 1.2, 1.6)),
        ]

    def _related(self) -> list[Block]:
        say = self.say
        leads, elsewhere = related(self.found["links"])
        blocks: list[Block] = [Heading(say("related"))]
        if leads:
            rows = tuple(
                (
                    str(lead.report),
                    self._shares(lead.shares),
                    f"{lead.desk}\n{self.word('state', lead.progress)}" if lead.progress else lead.desk or "–",
                    lead.case_number or "–",
                )
                for lead in leads
            )
            head = (say("number"), say("shares"), say("desk"), say("case"))
            blocks.append(Table(say("related_caption"), head, rows, (0.8, 3, 1.6, 2)))
        if elsewhere:
            blocks.append(Paragraph(say("elsewhere", count=len(elsewhere))))
        if not leads and not elsewhere:
            blocks.append(Paragraph(say("no_related")))
        return blocks

    def _shares(self, shares: Sequence[Mapping[str, Any]]) -> Text:
        told: list[Run] = []
        for share in shares[:_MOST_SHARED]:
            told += [
                Run(f"{self.word('kind', share['kind'])} "),
                Run(share["value"], Style.PLAIN if share["masked"] else Style.CODE),
                Run("\n"),
            ]
        more = len(shares) - _MOST_SHARED
        return (*told[:-1], *((Run(f"\n+ {more}"),) if more > 0 else ()))

    def _scores(self) -> list[Block]:
        say, triage = self.say, self.found["triage"]
        blocks: list[Block] = [Heading(say("scores"))]
        for name in ("priority", "completeness", "legal_relevance"):
            if score := (triage or {}).get(name):
                blocks.append(Heading(say("score_of", name=self.word("score", name), score=score["score"]), 2))
                if score["reasons"]:
                    blocks.append(Items(tuple(self._reason(reason) for reason in score["reasons"])))
        return blocks if len(blocks) > 1 else [*blocks, Paragraph(say("no_scores"))]

    def _reason(self, reason: Mapping[str, Any]) -> str:
        points = f"{reason['points']:+d}" if reason["points"] else self.say("floor")
        return f"{points.replace('-', '−')}: {reason['title']}"

    def _texts(self) -> list[Block]:
        count = len(self.found["texts"])
        return [Heading(self.say("texts")), Paragraph(self.say("texts_note", count=count))] if count else []

    def _sources(self, credits: Sequence[str]) -> list[Block]:
        return [Heading(self.say("sources")), Items(tuple(credits))] if credits else []


def _person(actor: Actor) -> User | None:
    """Who prints, with their agency; None for the operator."""
    if actor.kind != ActorKind.PERSON or actor.id is None:
        return None
    return User.objects.select_related("agency").get(pk=actor.id)


def _written(entry: Mapping[str, Any]) -> Text:
    """An identifier as it was read, and as the report writes it where that is something else."""
    if entry["masked"]:
        return (Run(entry["value"]),)
    original = entry["sightings"][0]["original"] if entry["sightings"] else entry["value"]
    value = Run(entry["value"], Style.CODE)
    return (value, Run("\n“"), Run(original, Style.CODE), Run("”")) if original != entry["value"] else (value,)


def _hashes(file: Mapping[str, Any]) -> Text:
    told: list[Run] = []
    for name in ("sha256", "sha1", "md5", "pdq"):
        if file[name]:
            told += [Run(f"{_HASH_NAMES[name]} "), Run(file[name], Style.CODE), Run("\n")]
    return tuple(told[:-1]) or "–"


_HASH_NAMES = {"sha256": "SHA-256", "sha1": "SHA-1", "md5": "MD5", "pdq": "PDQ"}
