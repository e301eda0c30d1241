"""What somebody wrote into the form: read, and checked as little as can be. Whatever is refused, everything typed is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from tipline.intake.public_form.texts import CHOICES

SHORT, LONG, LINKS = 250, 4000, 8000  # characters
_LONGEST = {
    "links": LINKS, "app": SHORT, "account": SHORT, "story": LONG, "when": SHORT,
    "name": 200, "phone": 200, "email": 300,
}  # fmt: skip
_ANSWERS = {"danger": {"yes", "no", "unsure"}, "own": {"yes", "no"}}
_TELLING = ("links", "app", "account", "story")


@dataclass(frozen=True, slots=True)
class Contact:
    """How somebody can be reached, as they wrote it."""

    name: str = ""
    phone: str = ""
    email: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.phone or self.email)


@dataclass(frozen=True, slots=True)
class Given:
    """The answers, as written; what was left out is empty. `trap` is the field that people do not see."""

    danger: str = ""
    about: str = ""
    links: str = ""
    app: str = ""
    account: str = ""
    story: str = ""
    when: str = ""
    own: str = ""
    contact: Contact = Contact()
    trap: str = ""

    def answers(self) -> dict[str, str]:
        """The answers that become the report: without the contact, which stands in no document."""
        return {name: value for name, value in asdict(self).items() if name not in {"contact", "trap"}}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: the field that it is about, the key of the text that says so, and what is filled in there."""

    field: str
    text: str
    values: Mapping[str, object]


def read(form: Mapping[str, str]) -> Given:
    """The form's fields; a choice that is none of ours counts as none."""

    def one(name: str) -> str:
        return form.get(name, "").replace("\r\n", "\n").replace("\0", "\ufffd").strip()  # PostgreSQL holds no NUL

    return Given(
        **{name: one(name) if one(name) in allowed else "" for name, allowed in _ANSWERS.items()},
        about=one("about") if CHOICES.find(one("about")) else "",
        links=one("links"),
        app=one("app"),
        account=one("account"),
        story=one("story"),
        when=one("when"),
        contact=Contact(one("name"), one("phone"), one("email")),
        trap=one("website"),
    )


def faults_of(given: Given) -> list[Fault]:
    """What stands against taking it, in the order of the page."""
    values = {**given.answers(), **asdict(given.contact)}
    faults = [
        Fault(name, "error_long", {"most": most, "count": len(values[name])})
        for name, most in _LONGEST.items()
        if len(values[name]) > most
    ]
    if not any(values[name] for name in _TELLING):
        faults.insert(0, Fault("links", "error_where", {}))
    if given.trap:
        faults.append(Fault("website", "error_trap", {}))
    return faults


def message_fault(text: str) -> Fault | None:
    """What stands against a message."""
    if not text:
        return Fault("text", "error_empty", {})
    return Fault("text", "error_long", {"most": LONG, "count": len(text)}) if len(text) > LONG else None
