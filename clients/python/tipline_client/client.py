"""Made by tools/api_client.py of docs/reference/openapi.json: do not edit."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from tipline_client import models
from tipline_client.calling import Calls


class Tipline(Calls):
    """The JSON face of a Tipline, by a person's token: a method for each endpoint."""

    def agencies(self) -> list[models.AgencyNode]:
        """The tree of agencies, the top first. It holds no report data: every token opens it."""
        return self._get("/agencies", list[models.AgencyNode])

    def agreements(self, *, after: int = 0, limit: int = 50) -> models.Agreements:
        """By what agencies hand reports to each other, those that ended too. It holds no report data: every token opens it."""
        return self._get("/agreements", models.Agreements, query={"after": after, "limit": limit})

    def cases(self, *, after: int = 0, limit: int = 50) -> models.Cases:
        """The cases of the person's agency in order of id; an investigator's are those they are assigned to."""
        return self._get("/cases", models.Cases, query={"after": after, "limit": limit})

    def case(self, case_id: int) -> models.WholeCase:
        """One case. That it was read is logged."""
        return self._get(f"/cases/{case_id}", models.WholeCase)

    def read_clocks(self, case_id: int) -> list[models.Clock]:
        """Every clock of a case, also those that ended."""
        return self._get(f"/cases/{case_id}/clocks", list[models.Clock])

    def close_case(
        self, case_id: int, body: models.CaseClosed, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Close the case."""
        return self._post(f"/cases/{case_id}/close", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def read_diary(self, case_id: int, *, after: int = 0, limit: int = 50) -> models.Diary:
        """The diary, the first entry first."""
        return self._get(f"/cases/{case_id}/diary", models.Diary, query={"after": after, "limit": limit})

    def write_diary(
        self, case_id: int, body: models.DiaryEntry, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Write an entry. It is never changed; a correction is an entry of its own."""
        return self._post(f"/cases/{case_id}/diary", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def correct_diary(
        self, case_id: int, number: int, body: models.DiaryEntry, *, idempotency_key: str | None = None
    ) -> models.Done:
        """Write an entry that corrects another."""
        return self._post(f"/cases/{case_id}/diary/{number}/correct", models.Done, body=body, key=idempotency_key)

    def start_enquiry(
        self, case_id: int, body: models.Enquiry, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Write down the permission for a preliminary enquiry."""
        return self._post(f"/cases/{case_id}/enquiry", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def withdraw_evidence(
        self, case_id: int, evidence_id: int, body: models.Why, *, idempotency_key: str | None = None
    ) -> models.Done:
        """Withdraw a piece of evidence; a standing that rested on it falls back. `id`: of the person."""
        return self._post(
            f"/cases/{case_id}/evidence/{evidence_id}/withdraw", models.Done, body=body, key=idempotency_key
        )

    def register_fir(
        self, case_id: int, body: models.FirGiven, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Write the first information report down, as the station registered it."""
        return self._post(f"/cases/{case_id}/fir", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def correct_fir(
        self,
        case_id: int,
        body: models.CorrectedFir,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Correct it, with a reason."""
        return self._post(
            f"/cases/{case_id}/fir/correct", models.Done, body=body, key=idempotency_key, if_match=if_match
        )

    def letters(self, case_id: int) -> list[models.LetterRow]:
        """All letters of a case."""
        return self._get(f"/cases/{case_id}/letters", list[models.LetterRow])

    def make_letter(
        self, case_id: int, body: models.NewLetter, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Make one letter of the record, or find the draft that exists."""
        return self._post(f"/cases/{case_id}/letters", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def make_letters(
        self, case_id: int, body: models.LetterSet, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Make all that the case needs. `count`: how many are new."""
        return self._post(
            f"/cases/{case_id}/letters/set", models.Done, body=body, key=idempotency_key, if_match=if_match
        )

    def read_letter(self, case_id: int, letter_id: int) -> models.LetterRow:
        """One letter of a case, without its text."""
        return self._get(f"/cases/{case_id}/letters/{letter_id}", models.LetterRow)

    def take_letter_afresh(
        self,
        case_id: int,
        letter_id: int,
        body: models.LetterVersion,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Take a draft afresh from the record."""
        return self._post(
            f"/cases/{case_id}/letters/{letter_id}/afresh",
            models.Done,
            body=body,
            key=idempotency_key,
            if_match=if_match,
        )

    def edit_letter(
        self,
        case_id: int,
        letter_id: int,
        body: models.EditedLetter,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Change texts of a draft; it gets a new version."""
        return self._post(
            f"/cases/{case_id}/letters/{letter_id}/edit", models.Done, body=body, key=idempotency_key, if_match=if_match
        )

    def letter_file(self, case_id: int, letter_id: int) -> bytes:
        """One letter as PDF, marked as a draft while nobody reviewed it. That it was taken is logged."""
        return self._get(f"/cases/{case_id}/letters/{letter_id}/letter.pdf", bytes)

    def withdraw_letter(
        self,
        case_id: int,
        letter_id: int,
        body: models.LetterVersion,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Withdraw a letter. It stays in the list."""
        return self._post(
            f"/cases/{case_id}/letters/{letter_id}/withdraw",
            models.Done,
            body=body,
            key=idempotency_key,
            if_match=if_match,
        )

    def link_cases(
        self, case_id: int, body: models.LinkGiven, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Say what two cases have to do with each other."""
        return self._post(f"/cases/{case_id}/links", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def unlink_cases(self, case_id: int, link_id: int, *, idempotency_key: str | None = None) -> models.Done:
        """End a link."""
        return self._post(f"/cases/{case_id}/links/{link_id}/end", models.Done, body={}, key=idempotency_key)

    def set_officer(
        self, case_id: int, body: models.Officer, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Name the investigating officer."""
        return self._post(f"/cases/{case_id}/officer", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def record_outcome(
        self,
        case_id: int,
        body: models.OutcomeOfCase,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Say what came of a case. The desks above see the word, the number and the day."""
        return self._post(f"/cases/{case_id}/outcomes", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def assign(
        self, case_id: int, body: models.Colleague, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Put somebody on the case."""
        return self._post(f"/cases/{case_id}/people", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def unassign(
        self, case_id: int, body: models.Colleague, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Take somebody off the case."""
        return self._post(
            f"/cases/{case_id}/people/end", models.Done, body=body, key=idempotency_key, if_match=if_match
        )

    def read_persons(self, case_id: int, *, after: int = 0, limit: int = 50) -> models.Persons:
        """Whom sources name as behind the accounts, and what speaks for it."""
        return self._get(f"/cases/{case_id}/persons", models.Persons, query={"after": after, "limit": limit})

    def add_person(
        self, case_id: int, body: models.NewPerson, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Write down whom a source names as behind an account: an account holder, and no more."""
        return self._post(f"/cases/{case_id}/persons", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def read_person(self, case_id: int, person_id: int) -> models.PersonRow:
        """One of them."""
        return self._get(f"/cases/{case_id}/persons/{person_id}", models.PersonRow)

    def clear_person(
        self,
        case_id: int,
        person_id: int,
        body: models.Why,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Write down why somebody has nothing more to do with it."""
        return self._post(
            f"/cases/{case_id}/persons/{person_id}/clear",
            models.Done,
            body=body,
            key=idempotency_key,
            if_match=if_match,
        )

    def add_evidence(
        self,
        case_id: int,
        person_id: int,
        body: models.EvidenceGiven,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """List a piece of evidence."""
        return self._post(
            f"/cases/{case_id}/persons/{person_id}/evidence",
            models.Done,
            body=body,
            key=idempotency_key,
            if_match=if_match,
        )

    def propose_standing(
        self,
        case_id: int,
        person_id: int,
        body: models.Proposed,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Propose that an account holder count as a person of interest. A second officer decides, on screen and nowhere else."""
        return self._post(
            f"/cases/{case_id}/persons/{person_id}/propose",
            models.Done,
            body=body,
            key=idempotency_key,
            if_match=if_match,
        )

    def take_back_proposal(self, case_id: int, proposal_id: int, *, idempotency_key: str | None = None) -> models.Done:
        """Take one's own proposal back."""
        return self._post(
            f"/cases/{case_id}/proposals/{proposal_id}/take-back", models.Done, body={}, key=idempotency_key
        )

    def reopen_case(
        self, case_id: int, body: models.Reopened, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Open it again."""
        return self._post(f"/cases/{case_id}/reopen", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def add_reports(
        self, case_id: int, body: models.Attached, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Accept reports of the desk into the case."""
        return self._post(f"/cases/{case_id}/reports", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def move_report(
        self, case_id: int, report_id: int, body: models.Moved, *, idempotency_key: str | None = None
    ) -> models.Done:
        """Move a report into another case of the agency."""
        return self._post(f"/cases/{case_id}/reports/{report_id}/move", models.Done, body=body, key=idempotency_key)

    def requests_of_case(self, case_id: int) -> list[models.RequestRow]:
        """All requests of a case."""
        return self._get(f"/cases/{case_id}/requests", list[models.RequestRow])

    def draft_requests(
        self, case_id: int, body: models.Drafted, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Draft requests of one kind. Nothing is sent. `count`: how many; none where everybody was asked already."""
        return self._post(f"/cases/{case_id}/requests", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def read_request(self, case_id: int, request_id: int) -> models.RequestRow:
        """One request of a case."""
        return self._get(f"/cases/{case_id}/requests/{request_id}", models.RequestRow)

    def close_request(
        self,
        case_id: int,
        request_id: int,
        body: models.RequestEnded,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Close a request."""
        return self._post(
            f"/cases/{case_id}/requests/{request_id}/closed",
            models.Done,
            body=body,
            key=idempotency_key,
            if_match=if_match,
        )

    def note_reminder(
        self,
        case_id: int,
        request_id: int,
        body: models.Dispatched,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Note a reminder that went out."""
        return self._post(
            f"/cases/{case_id}/requests/{request_id}/reminded",
            models.Done,
            body=body,
            key=idempotency_key,
            if_match=if_match,
        )

    def note_renewal(
        self,
        case_id: int,
        request_id: int,
        body: models.Renewed,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Note that a preservation was renewed."""
        return self._post(
            f"/cases/{case_id}/requests/{request_id}/renewed",
            models.Done,
            body=body,
            key=idempotency_key,
            if_match=if_match,
        )

    def note_reply(
        self,
        case_id: int,
        request_id: int,
        body: models.RequestReplied,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Note a reply. Its file is uploaded on screen."""
        return self._post(
            f"/cases/{case_id}/requests/{request_id}/replied",
            models.Done,
            body=body,
            key=idempotency_key,
            if_match=if_match,
        )

    def note_sent(
        self,
        case_id: int,
        request_id: int,
        body: models.RequestSent,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Note that a request went out."""
        return self._post(
            f"/cases/{case_id}/requests/{request_id}/sent",
            models.Done,
            body=body,
            key=idempotency_key,
            if_match=if_match,
        )

    def withdraw_request(
        self,
        case_id: int,
        request_id: int,
        body: models.RequestEnded,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Withdraw a request, with a reason in `remark`."""
        return self._post(
            f"/cases/{case_id}/requests/{request_id}/withdrawn",
            models.Done,
            body=body,
            key=idempotency_key,
            if_match=if_match,
        )

    def choose_section(
        self,
        case_id: int,
        body: models.SectionGiven,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Choose a section of the law."""
        return self._post(f"/cases/{case_id}/sections", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def withdraw_section(
        self,
        case_id: int,
        body: models.WithdrawnSection,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Withdraw one, with a reason."""
        return self._post(
            f"/cases/{case_id}/sections/withdraw", models.Done, body=body, key=idempotency_key, if_match=if_match
        )

    def state(self, case_id: int) -> models.State:
        """How far the case is registered, what is pending, and the state that acts hand in as `seen`."""
        return self._get(f"/cases/{case_id}/state", models.State)

    def read_tasks(self, case_id: int, *, after: int = 0, limit: int = 50) -> models.Tasks:
        """What is to be done in the case, and what was."""
        return self._get(f"/cases/{case_id}/tasks", models.Tasks, query={"after": after, "limit": limit})

    def add_task(
        self, case_id: int, body: models.NewTask, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Add something to be done."""
        return self._post(f"/cases/{case_id}/tasks", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def read_task(self, case_id: int, task_id: int) -> models.TaskRow:
        """One task of a case."""
        return self._get(f"/cases/{case_id}/tasks/{task_id}", models.TaskRow)

    def give_task(
        self,
        case_id: int,
        task_id: int,
        body: models.GivenTask,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Give a task to somebody, with a last day."""
        return self._post(
            f"/cases/{case_id}/tasks/{task_id}", models.Done, body=body, key=idempotency_key, if_match=if_match
        )

    def end_task(
        self,
        case_id: int,
        task_id: int,
        body: models.EndedTask,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Say what became of a task."""
        return self._post(
            f"/cases/{case_id}/tasks/{task_id}/end", models.Done, body=body, key=idempotency_key, if_match=if_match
        )

    def offer_transfer(
        self, case_id: int, body: models.Offered, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Offer the case to another agency. `id`: of the transfer; somebody of that agency decides."""
        return self._post(f"/cases/{case_id}/transfer", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def take_back_transfer(self, case_id: int, transfer_id: int, *, idempotency_key: str | None = None) -> models.Done:
        """Take an offer back."""
        return self._post(
            f"/cases/{case_id}/transfers/{transfer_id}/take-back", models.Done, body={}, key=idempotency_key
        )

    def clocks(self) -> list[models.Clock]:
        """The running clocks of the person's desk, the soonest first, at most two thousand."""
        return self._get("/clocks", list[models.Clock])

    def clocks_calendar(self) -> bytes:
        """The same as a calendar (RFC 5545). A calendar program gives the token as the password, with any name."""
        return self._get("/clocks.ics", bytes)

    def read_clock(self, clock_id: int) -> models.Clock:
        """One clock. Its answer, and so its ETag, changes too when it begins to warn or is over."""
        return self._get(f"/clocks/{clock_id}", models.Clock)

    def finish_clock(
        self, clock_id: int, body: models.Why, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Say that what it waits for is done."""
        return self._post(f"/clocks/{clock_id}/finish", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def pause_clock(
        self, clock_id: int, body: models.Why, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Let a clock stand still, with a reason."""
        return self._post(f"/clocks/{clock_id}/pause", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def resume_clock(
        self, clock_id: int, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Let it run again."""
        return self._post(f"/clocks/{clock_id}/resume", models.Done, body={}, key=idempotency_key, if_match=if_match)

    def undo(self, change_id: int, body: models.LinkReason, *, idempotency_key: str | None = None) -> models.Done:
        """Undo a merge or a joining: what came is parted from the rest."""
        return self._post(f"/cluster-changes/{change_id}/undo", models.Done, body=body, key=idempotency_key)

    def counts(self, *, agency: str = "") -> models.AllCounts:
        """The figures of an agency, each with the sentence that defines it. Small numbers are hidden from who sees no reports."""
        return self._get("/counts", models.AllCounts, query={"agency": agency})

    def end_cut(self, cut_id: int, body: models.LinkReason, *, idempotency_key: str | None = None) -> models.Done:
        """Take a cut back."""
        return self._post(f"/cuts/{cut_id}/end", models.Done, body=body, key=idempotency_key)

    def own_descriptor(self) -> bytes:
        """The descriptor of this installation, for another to add. It holds no secret; its fingerprint is read aloud by people."""
        return self._get("/descriptor", bytes)

    def desk(
        self, *, after: int = 0, limit: int = 50, tab: Literal["new", "accepted", "sent-on", "all"] = "new"
    ) -> models.Desk:
        """What lies on the person's desk, in order of id: `new` (nobody accepted it), `accepted`, `sent-on`, `all`."""
        return self._get("/desk", models.Desk, query={"after": after, "limit": limit, "tab": tab})

    def accept_reports(self, body: models.Accepted, *, idempotency_key: str | None = None) -> models.Done:
        """Accept reports into a new case. `id`: of the case."""
        return self._post("/desk/accept", models.Done, body=body, key=idempotency_key)

    def acknowledge_reports(self, body: models.Chosen, *, idempotency_key: str | None = None) -> models.Done:
        """Say that somebody looks at them; those who sent them see it. `count`: how many were not acknowledged before."""
        return self._post("/desk/acknowledge", models.Done, body=body, key=idempotency_key)

    def assign_reports(self, body: models.Assigned, *, idempotency_key: str | None = None) -> models.Done:
        """Give reports to somebody of the desk, or to nobody. `count`: of those that changed hands."""
        return self._post("/desk/assign", models.Done, body=body, key=idempotency_key)

    def desk_contacts(self) -> models.Contacts:
        """Whom the desk was told to call, and who asked about identifiers that it has."""
        return self._get("/desk/contacts", models.Contacts)

    def ask_contacts(self, body: models.AskedAbout, *, idempotency_key: str | None = None) -> models.Done:
        """Ask, before a case is opened, who else has identifiers of these reports; they are told. `id`: of the check; `count`: desks to call. Zero does not say that nobody has them: GET /desk/contacts says what was not checked."""
        return self._post("/desk/contacts", models.Done, body=body, key=idempotency_key)

    def draft_forward(self, body: models.Forwarded, *, idempotency_key: str | None = None) -> models.Done:
        """Draft a forward, which a second person sends. `number`: of the draft."""
        return self._post("/desk/draft", models.Done, body=body, key=idempotency_key)

    def desk_drafts(self, *, limit: int = 200) -> list[models.DraftRow]:
        """Forwards that wait for a second person."""
        return self._get("/desk/drafts", list[models.DraftRow], query={"limit": limit})

    def discard_draft(self, draft_id: UUID, *, idempotency_key: str | None = None) -> models.Done:
        """Discard a draft; its reports stay on the desk."""
        return self._post(f"/desk/drafts/{draft_id}/discard", models.Done, body={}, key=idempotency_key)

    def send_draft(self, draft_id: UUID, *, idempotency_key: str | None = None) -> models.Done:
        """Send a draft. Never by the person who drafted it."""
        return self._post(f"/desk/drafts/{draft_id}/send", models.Done, body={}, key=idempotency_key)

    def forward_reports(self, body: models.Forwarded, *, idempotency_key: str | None = None) -> models.Done:
        """Send reports to an agency directly below."""
        return self._post("/desk/forward", models.Done, body=body, key=idempotency_key)

    def hand_over(self, body: models.AllHandedOver, *, idempotency_key: str | None = None) -> models.Done:
        """Give everything that somebody works on to somebody else of the desk."""
        return self._post("/desk/hand-over", models.Done, body=body, key=idempotency_key)

    def only_inform(self, body: models.Informational, *, idempotency_key: str | None = None) -> models.Done:
        """Put reports among what only informs. `count`: of those that are there now; of some priority, one waits for a second person."""
        return self._post("/desk/informational", models.Done, body=body, key=idempotency_key)

    def invite_desk(self, body: models.Invited, *, idempotency_key: str | None = None) -> models.Done:
        """Ask another desk to take part; the own desk goes on owning them."""
        return self._post("/desk/invite", models.Done, body=body, key=idempotency_key)

    def merge_reports(self, body: models.Merged, *, idempotency_key: str | None = None) -> models.Done:
        """Deal with reports together: they are accepted, forwarded or returned with `into`."""
        return self._post("/desk/merge", models.Done, body=body, key=idempotency_key)

    def part_reports(self, body: models.Chosen, *, idempotency_key: str | None = None) -> models.Done:
        """Part what was put together."""
        return self._post("/desk/part", models.Done, body=body, key=idempotency_key)

    def queue(self, *, limit: int = 50, pile: str = "new", whose: str = "") -> models.Queue:
        """The first of the queue: `pile` is `new`, `resting` or `informational`; `whose` is empty, `mine` or `nobody`."""
        return self._get("/desk/queue", models.Queue, query={"limit": limit, "pile": pile, "whose": whose})

    def recall_reports(self, body: models.Recalled, *, idempotency_key: str | None = None) -> models.Done:
        """Take back what was sent and nobody has decided."""
        return self._post("/desk/recall", models.Done, body=body, key=idempotency_key)

    def return_reports(self, body: models.Returned, *, idempotency_key: str | None = None) -> models.Done:
        """Hand reports back to the desk that sent them, with a reason. `count`: of those that went; an urgent one waits for a second person, on the screen."""
        return self._post("/desk/return", models.Done, body=body, key=idempotency_key)

    def desk_sent(
        self, *, after: int = 0, limit: int = 50, tab: Literal["open", "back", "all"] = "open"
    ) -> models.Sent:
        """What the desk sent and nobody decided (`open`), what came back (`back`), or `all`, in order of the referral's number."""
        return self._get("/desk/sent", models.Sent, query={"after": after, "limit": limit, "tab": tab})

    def snooze_reports(self, body: models.Snoozed, *, idempotency_key: str | None = None) -> models.Done:
        """Let reports rest until a time, with the reason. What raises one brings it back before."""
        return self._post("/desk/snooze", models.Done, body=body, key=idempotency_key)

    def split_bundle(self, body: models.Split, *, idempotency_key: str | None = None) -> models.Done:
        """Part what came as one bundle between desks directly below: all of it or nothing."""
        return self._post("/desk/split", models.Done, body=body, key=idempotency_key)

    def take_part(self, body: models.Chosen, *, idempotency_key: str | None = None) -> models.Done:
        """Accept what the desk has jointly; its owner goes on owning it. What is the desk's own is accepted into a case."""
        return self._post("/desk/take-part", models.Done, body=body, key=idempotency_key)

    def wake_reports(self, body: models.Chosen, *, idempotency_key: str | None = None) -> models.Done:
        """Take reports back from rest."""
        return self._post("/desk/wake", models.Done, body=body, key=idempotency_key)

    def to_be_worked_on(self, body: models.Chosen, *, idempotency_key: str | None = None) -> models.Done:
        """Take reports back from what only informs."""
        return self._post("/desk/work", models.Done, body=body, key=idempotency_key)

    def links(self) -> list[models.PeerRow]:
        """Every other installation that this one exchanges with, by name, and how the link to it does."""
        return self._get("/links", list[models.PeerRow])

    def add_link(self, body: models.Described, *, idempotency_key: str | None = None) -> models.Done:
        """Take in a descriptor. A new installation is only invited: nothing goes there before a person compared its fingerprint. Of a known one it changes the address, and by endorsements the keys. `done`: its state."""
        return self._post("/links", models.Done, body=body, key=idempotency_key)

    def read_link(self, name: str) -> models.WholePeer:
        """One of them, with its keys, the agencies that work there, and why messages wait. It names no report."""
        return self._get(f"/links/{name}", models.WholePeer)

    def revoke_link_key(
        self, name: str, body: models.RevokedKey, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Believe a key of it no more: neither what it signs from now on, nor what it vouches for."""
        return self._post(f"/links/{name}/keys/revoke", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def resume_link(self, name: str, *, idempotency_key: str | None = None, if_match: str | None = None) -> models.Done:
        """Exchange with it again, once it was suspended."""
        return self._post(f"/links/{name}/resume", models.Done, body={}, key=idempotency_key, if_match=if_match)

    def retry_link(
        self, name: str, body: models.Retried, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Try now what waits, and if it is asked for also what the other side refused. `count`: how many messages."""
        return self._post(f"/links/{name}/retry", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def suspend_link(
        self, name: str, body: models.Why, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Exchange nothing with it for now. What waits for it waits on."""
        return self._post(f"/links/{name}/suspend", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def log(self, *, before: int | None = None, limit: int = 50, action: str = "") -> models.Log:
        """What people of the auditor's agency did, the newest first."""
        return self._get("/log", models.Log, query={"before": before, "limit": limit, "action": action})

    def me(self) -> models.Me:
        """Whom the token acts for, and what it opens now."""
        return self._get("/me", models.Me)

    def operations(self) -> list[models.OperationHead]:
        """The operations that name the person or their agency, by code. That they were listed is logged."""
        return self._get("/operations", list[models.OperationHead])

    def operation(self, code: str) -> models.WholeOperation:
        """One operation: goals, who takes part, who knows of it, phases, rules and tasks. It names no case and no report."""
        return self._get(f"/operations/{code}", models.WholeOperation)

    def day_boards(self, code: str) -> list[models.BoardDay]:
        """The days of action of an operation, and what each district planned and told on them."""
        return self._get(f"/operations/{code}/board", list[models.BoardDay])

    def operation_figures(self, code: str) -> list[models.OperationFigure]:
        """The figures of an operation. What the person may not see row by row is hidden where it is small. At most a minute old."""
        return self._get(f"/operations/{code}/figures", list[models.OperationFigure])

    def operation_members(self, code: str, *, before: int | None = None, limit: int = 50) -> models.Memberships:
        """The cases and leads of an operation that the person may see anyway, the latest first."""
        return self._get(f"/operations/{code}/members", models.Memberships, query={"before": before, "limit": limit})

    def came_back(self, *, after: int = 0, limit: int = 50) -> models.CameBack:
        """What came of the reports that the person's agency held or holds, in order of id: word, number and day, and never the case."""
        return self._get("/outcomes", models.CameBack, query={"after": after, "limit": limit})

    def withdraw_outcome(self, outcome_id: int, body: models.Why, *, idempotency_key: str | None = None) -> models.Done:
        """Take a wrong outcome back, with a reason. It stays in the record."""
        return self._post(f"/outcomes/{outcome_id}/withdraw", models.Done, body=body, key=idempotency_key)

    def make_package(self, body: models.HandedOver) -> bytes:
        """Hand referrals of the desk over as one signed package, encrypted to the receiver's installation unless that is refused. The answer is the file, which is kept nowhere: what got lost is made again, and its receiver knows the reports. `Package-Uid` and `Package-Digest` name it. It is an export of the person's, so their role must hand over and export."""
        return self._make("/packages", bytes, body=body)

    def take_package_receipt(self, body: models.Receipt, *, idempotency_key: str | None = None) -> models.Done:
        """Take the receipt of a package in: its referrals are received. `number`: the package. The same one twice changes nothing."""
        return self._post("/packages/receipts", models.Done, body=body, key=idempotency_key)

    def receive_package(self, body: bytes) -> models.Received:
        """Take a package in: its reports come to the desk. The same one again gives the same receipt, so it needs no key."""
        return self._make("/packages/receive", models.Received, body=body)

    def refused_packages(self, *, after: int = 0, limit: int = 50) -> models.RefusedPackages:
        """Packages that the desk brought and that were not taken, with the reason of each."""
        return self._get("/packages/refused", models.RefusedPackages, query={"after": after, "limit": limit})

    def sent_packages(self, *, after: int = 0, limit: int = 50) -> models.SentPackages:
        """Packages that the desk made, and whether their receipts came back."""
        return self._get("/packages/sent", models.SentPackages, query={"after": after, "limit": limit})

    def taken_packages(self, *, after: int = 0, limit: int = 50) -> models.TakenPackages:
        """Packages that the desk took in."""
        return self._get("/packages/taken", models.TakenPackages, query={"after": after, "limit": limit})

    def package_receipt(self, uid: UUID) -> bytes:
        """The receipt that was given for a package, as the sender takes it in."""
        return self._get(f"/packages/taken/{uid}/receipt", bytes)

    def verify_package(self, body: bytes) -> models.Looked:
        """Check a package as taking it in does, and say what it says; nothing is taken, and a refusal is noted. The body is the file, as it came."""
        return self._make("/packages/verify", models.Looked, body=body)

    def reports(self, *, after: int = 0, limit: int = 50, state: models.ReportState | None = None) -> models.Reports:
        """The reports that the person's agency holds or held, in order of id, so that the last id leads to what came since."""
        return self._get("/reports", models.Reports, query={"after": after, "limit": limit, "state": state})

    def report(self, report_id: int) -> models.ReportChain:
        """One report: everything known of it and done with it. That it was read is logged."""
        return self._get(f"/reports/{report_id}", models.ReportChain)

    def read_cluster(self, report_id: int, *, most: int = 60) -> models.Cluster:
        """What hangs together with a report, by what, and how it came to."""
        return self._get(f"/reports/{report_id}/cluster", models.Cluster, query={"most": most})

    def cut(
        self, report_id: int, body: models.CutGiven, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Say that an identifier of this report does not join it to others, or with `for_all` that it joins nobody."""
        return self._post(f"/reports/{report_id}/cuts", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def read_graph(self, report_id: int, *, most: int = 60) -> models.Graph:
        """What is around a report: reports, the identifiers at which they meet, and by what rule."""
        return self._get(f"/reports/{report_id}/graph", models.Graph, query={"most": most})

    def report_messages(self, report_id: int) -> models.Thread:
        """The messages of a report by the public form. Reading them by a program does not mark them as read."""
        return self._get(f"/reports/{report_id}/messages", models.Thread)

    def answer_reporter(
        self,
        report_id: int,
        body: models.MessageGiven,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Answer whoever reported by the public form: it waits until they come back."""
        return self._post(
            f"/reports/{report_id}/messages", models.Done, body=body, key=idempotency_key, if_match=if_match
        )

    def record_for_report(
        self,
        report_id: int,
        body: models.OutcomeGiven,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> models.Done:
        """Say what came of a report on the desk that becomes no case."""
        return self._post(
            f"/reports/{report_id}/outcomes", models.Done, body=body, key=idempotency_key, if_match=if_match
        )

    def say_priority(
        self, report_id: int, body: models.Priority, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Raise a report to the urgent lane, take it out of it, or take back what a person said. Lowering needs a supervisor. `id`: of the mark."""
        return self._post(
            f"/reports/{report_id}/priority", models.Done, body=body, key=idempotency_key, if_match=if_match
        )

    def tie(
        self, report_id: int, body: models.TieGiven, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Say that another report is one matter with this one."""
        return self._post(f"/reports/{report_id}/ties", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def tell_reporter(
        self, report_id: int, body: models.Told, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Change how far the report is, as whoever reported is told."""
        return self._post(f"/reports/{report_id}/told", models.Done, body=body, key=idempotency_key, if_match=if_match)

    def outstanding(self, *, after: int = 0, limit: int = 50) -> models.Requests:
        """Requests in the person's scope, those that are over too."""
        return self._get("/requests", models.Requests, query={"after": after, "limit": limit})

    def figures(self) -> list[models.FigureHead]:
        """Every figure with the sentences that define it."""
        return self._get("/statistics/figures", list[models.FigureHead])

    def figure(
        self,
        name: str,
        *,
        agency: str = "",
        since: str = "",
        until: str = "",
        by: list[models.Dimension] | None = None,
        only: str = "",
    ) -> models.FigureAnswer:
        """One figure: by month, district, platform, category or desk; the last twelve months where nothing is said."""
        return self._get(
            f"/statistics/figures/{name}",
            models.FigureAnswer,
            query={"agency": agency, "since": since, "until": until, "by": by, "only": only},
        )

    def read_suggestions(
        self, *, after: int = 0, limit: int = 50, state: Literal["open", "taken", "refused", "gone"] = "open"
    ) -> models.Suggestions:
        """Pairs of reports that a model thinks alike, both of them the person's to see. A person takes or refuses them on screen."""
        return self._get("/suggestions", models.Suggestions, query={"after": after, "limit": limit, "state": state})

    def my_tasks(self, *, after: int = 0, limit: int = 50) -> models.Tasks:
        """What the person has to do, over all their cases."""
        return self._get("/tasks", models.Tasks, query={"after": after, "limit": limit})

    def end_tie(self, tie_id: int, body: models.LinkReason, *, idempotency_key: str | None = None) -> models.Done:
        """Take that back."""
        return self._post(f"/ties/{tie_id}/end", models.Done, body=body, key=idempotency_key)

    def read_transfers(self, *, after: int = 0, limit: int = 50) -> models.Transfers:
        """Cases that were handed from and to the person's agency."""
        return self._get("/transfers", models.Transfers, query={"after": after, "limit": limit})

    def read_transfer(self, transfer_id: int) -> models.TransferRow:
        """One of them."""
        return self._get(f"/transfers/{transfer_id}", models.TransferRow)

    def accept_transfer(
        self, transfer_id: int, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Take a case over. `id` and `number`: of the case as it is here."""
        return self._post(
            f"/transfers/{transfer_id}/accept", models.Done, body={}, key=idempotency_key, if_match=if_match
        )

    def refuse_transfer(
        self, transfer_id: int, body: models.Why, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Leave it with its sender, who reads why."""
        return self._post(
            f"/transfers/{transfer_id}/refuse", models.Done, body=body, key=idempotency_key, if_match=if_match
        )

    def read_webhooks(self) -> list[models.WebhookRow]:
        """Every webhook of the agency, at most ten, and how it does."""
        return self._get("/webhooks", list[models.WebhookRow])

    def read_webhook(self, webhook_id: int) -> models.WebhookRow:
        """One of them."""
        return self._get(f"/webhooks/{webhook_id}", models.WebhookRow)

    def deliveries(self, webhook_id: int, *, after: int = 0, limit: int = 50) -> models.Deliveries:
        """What waits to be told, and what was told in the last month."""
        return self._get(
            f"/webhooks/{webhook_id}/deliveries", models.Deliveries, query={"after": after, "limit": limit}
        )

    def replay_delivery(self, webhook_id: int, delivery_id: int, *, idempotency_key: str | None = None) -> models.Done:
        """Tell one event again, with the same `webhook-id`, or at once if it waits."""
        return self._post(
            f"/webhooks/{webhook_id}/deliveries/{delivery_id}/replay", models.Done, body={}, key=idempotency_key
        )

    def replay_webhook(
        self, webhook_id: int, body: models.Replayed, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Switch it on and tell what it missed; with `since` also what was told and happened after that. `count`: how many wait."""
        return self._post(
            f"/webhooks/{webhook_id}/replay", models.Done, body=body, key=idempotency_key, if_match=if_match
        )

    def try_webhook(
        self, webhook_id: int, *, idempotency_key: str | None = None, if_match: str | None = None
    ) -> models.Done:
        """Have a test told, within a minute or so, also to one that is switched off."""
        return self._post(f"/webhooks/{webhook_id}/test", models.Done, body={}, key=idempotency_key, if_match=if_match)
