"""Tables of what is written down in a case: numbers, diary, tasks, registration, standing of persons, links, transfers, endings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tipline.trust.accounts.models import Rank, User
from tipline.trust.agencies.models import Agency

CASE = "cases.Case"


class NumberScheme(models.Model):
    """How an agency numbers its cases. No row: the scheme that comes with Tipline (`numbering.STANDARD`)."""

    agency = models.OneToOneField(Agency, on_delete=models.CASCADE, related_name="case_scheme")
    pattern = models.CharField(max_length=60, db_comment="such as {agency}/{year}/{number:04}")
    set_by = models.CharField(max_length=254)
    set_at = models.DateTimeField()

    class Meta:
        db_table_comment = "Number schemes of agencies"

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.pattern}"


class NumberCounter(models.Model):
    """The last running number that an agency gave in a year. Only counts up, so that no number is given twice."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    year = models.SmallIntegerField(db_comment="by the desk's time zone")
    last = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "year"], name="numbercounter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}, {self.year}: {self.last}"


class DiaryEntry(models.Model):
    """An entry of a case's diary. Never changed: a correction is a new entry that points at the one it corrects."""

    case = models.ForeignKey(CASE, on_delete=models.PROTECT, related_name="diary")
    number = models.IntegerField(db_comment="running number within the case")
    happened_at = models.DateTimeField(db_comment="when it happened, as the writer says")
    written_at = models.DateTimeField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_software = models.BooleanField(default=False, db_comment="the software wrote it for an act of the author")
    act = models.CharField(max_length=60, default="", blank=True, db_comment="of the software's entries: what was done")
    text = models.TextField()
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by", db_comment="the entry that was wrong"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="diaryentry_number_once"),
            models.CheckConstraint(condition=~Q(text=""), name="diaryentry_says_something"),
            models.CheckConstraint(
                condition=Q(by_software=False, act="") | (Q(by_software=True, corrects__isnull=True) & ~Q(act="")),
                name="diaryentry_software_names_act",
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.number} of case {self.case_id}"


class TaskState(models.TextChoices):
    """Where a task stands."""

    OPEN = "open", "To do"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


class CaseTask(models.Model):
    """Something to be done in a case."""

    case = models.ForeignKey(CASE, on_delete=models.PROTECT, related_name="tasks")
    title = models.CharField(max_length=300)
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="case_tasks")
    due = models.DateField(null=True, db_comment="the last day, by the desk's calendar")
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    state_at = models.DateTimeField()
    state_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, default="", blank=True, db_comment="how it ended, or why it was dropped")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changes = models.IntegerField(default=0, db_comment="counts up with every change; a form says which it saw")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="casetask_state_known"),
            models.CheckConstraint(condition=~Q(title=""), name="casetask_titled"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["case", "state"], name="casetask_case"),
            models.Index(fields=["assignee", "due"], condition=Q(state="open"), name="casetask_mine"),
        ]

    def __str__(self) -> str:
        return f"task {self.pk} of case {self.case_id}"


class ProposalState(models.TextChoices):
    """Where the proposal of one officer stands."""

    OPEN = "open", "Waits for a second officer"
    CONFIRMED = "confirmed", "Confirmed"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Taken back"
    LAPSED = "lapsed", "Lapsed: evidence was withdrawn"


class StandingProposal(models.Model):
    """One officer's word that an account holder is to count as a person of interest, and a second officer's answer."""

    case = models.ForeignKey(CASE, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("cases.CasePerson", on_delete=models.PROTECT, related_name="proposals")
    words = models.CharField(max_length=1000, db_comment="why, in the proposer's words")
    rule_version = models.CharField(max_length=20, db_comment="of cases/data/corroboration.toml")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_words = models.CharField(max_length=1000, default="", blank=True, db_comment="in the decider's own words")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ProposalState.values), name="proposal_state_known"),
            models.CheckConstraint(
                condition=Q(state=ProposalState.OPEN, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state=ProposalState.OPEN) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="proposal_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "refused"])
                | (~Q(decided_by=F("proposed_by")) & ~Q(decided_words="")),
                name="proposal_second_officer",
            ),
            models.UniqueConstraint(fields=["person"], condition=Q(state="open"), name="proposal_one_open"),
        ]
        indexes: ClassVar = [models.Index(fields=["case", "person"], name="proposal_case")]

    def __str__(self) -> str:
        return f"proposal {self.pk} about person {self.person_id}"


class ProposalEvidence(models.Model):
    """A piece of evidence that a proposal relies on."""

    case = models.ForeignKey(CASE, on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey(StandingProposal, on_delete=models.PROTECT, related_name="relies_on")
    evidence = models.ForeignKey("cases.PersonEvidence", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "evidence"], name="proposalevidence_once"),
        ]

    def __str__(self) -> str:
        return f"evidence {self.evidence_id} of proposal {self.proposal_id}"


class StandingChange(models.Model):
    """How a person of a case came to stand as they do. Only added to."""

    case = models.ForeignKey(CASE, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("cases.CasePerson", on_delete=models.PROTECT, related_name="changes_of_standing")
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    proposal = models.ForeignKey(StandingProposal, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(after="person_of_interest") | Q(proposal__isnull=False), name="standingchange_corroborated"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["case", "person", "id"], name="standingchange_case")]

    def __str__(self) -> str:
        return f"person {self.person_id}: {self.before} to {self.after}"


class LinkKind(models.TextChoices):
    """What two cases have to do with each other."""

    SAME_PERSON = "same_person", "The same person may be behind both"
    SAME_OPERATION = "same_operation", "The same operation"
    DUPLICATE = "duplicate", "The same matter twice"
    RELATED = "related", "Related (say how)"


class CaseLink(models.Model):
    """That two cases have to do with each other. Who reads one learns of the other only what they may see of it."""

    case = models.ForeignKey(CASE, on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey(CASE, on_delete=models.PROTECT, related_name="links_to")
    kind = models.CharField(max_length=20, choices=LinkKind.choices)
    why = models.CharField(max_length=300)
    told = models.BooleanField(
        default=False, db_comment="who reads one may know that the other is a case of its agency, and no more"
    )
    case_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    other_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="caselink_kind_known"),
            models.CheckConstraint(condition=~Q(case=F("other")), name="caselink_of_two"),
            models.UniqueConstraint(
                fields=["case", "other", "kind"], condition=Q(ended_at__isnull=True), name="caselink_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["other"], name="caselink_other")]

    def __str__(self) -> str:
        return f"case {self.case_id} and case {self.other_id}"


class TransferState(models.TextChoices):
    """Where the transfer of a case stands. Until it is accepted the case is its sender's."""

    OFFERED = "offered", "Waits for the other agency"
    ACCEPTED = "accepted", "Transferred"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Taken back"


class CaseTransfer(models.Model):
    """A case handed to another agency with jurisdiction: what both sides know of it, and what the sender keeps."""

    case = models.ForeignKey(CASE, on_delete=models.PROTECT, related_name="transfers")
    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=1000)
    number_before = models.CharField(max_length=60)
    number_after = models.CharField(max_length=60, default="", blank=True)
    title = models.CharField(max_length=200)
    summary = models.JSONField(
        db_comment="what the receiver is told before it decides: counts, FIR, offences; no names"
    )
    zero_fir = models.BooleanField(db_comment="registered whatever the place (BNSS 2023 s.173)")
    state = models.CharField(max_length=10, choices=TransferState.choices, default=TransferState.OFFERED)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=1000, default="", blank=True, db_comment="the receiver's words")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=TransferState.values), name="casetransfer_state_known"),
            models.CheckConstraint(condition=~Q(from_agency=F("to_agency")), name="casetransfer_goes_somewhere"),
            models.CheckConstraint(
                condition=Q(state="offered", decided_at__isnull=True)
                | (~Q(state="offered") & Q(decided_at__isnull=False)),
                name="casetransfer_decided_when",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="casetransfer_has_reason"),
            models.UniqueConstraint(fields=["case"], condition=Q(state="offered"), name="casetransfer_one_open"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["to_agency", "state"], name="casetransfer_to"),
            models.Index(fields=["from_agency", "-id"], name="casetransfer_from"),
        ]

    def __str__(self) -> str:
        return f"transfer {self.pk} of {self.number_before}"


class OfficerChange(models.Model):
    """Who became investigating officer when, with the rank of that day, and why nevertheless if it was too low. Only added to."""

    case = models.ForeignKey(CASE, on_delete=models.PROTECT, related_name="officer_changes")
    officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    rank = models.CharField(max_length=30, choices=Rank.choices, default=Rank.NONE, blank=True)
    why_nevertheless = models.CharField(max_length=500, default="", blank=True)
    catalogue = models.CharField(max_length=60, default="", blank=True, db_comment="of the law: version and date")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "id"], name="officerchange_case")]

    def __str__(self) -> str:
        return f"officer {self.officer_id} of case {self.case_id}"


class OffenceAct(models.Model):
    """That a section was chosen or withdrawn. Only added to; what stands now is in CaseOffence."""

    case = models.ForeignKey(CASE, on_delete=models.PROTECT, related_name="offence_acts")
    section_id = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    catalogue_version = models.CharField(max_length=20)
    withdrawn = models.BooleanField(default=False)
    why = models.CharField(max_length=500, default="", blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(withdrawn=False) | ~Q(why=""), name="offenceact_withdrawn_why"),
        ]
        indexes: ClassVar = [models.Index(fields=["case", "id"], name="offenceact_case")]

    def __str__(self) -> str:
        return f"{self.section_id} {'withdrawn' if self.withdrawn else 'chosen'}"


class FirEntry(models.Model):
    """A first information report as registered, or a correction of what was written of it. Only added to."""

    case = models.ForeignKey(CASE, on_delete=models.PROTECT, related_name="fir_entries")
    number = models.CharField(max_length=60)
    registered_at = models.DateTimeField()
    station = models.CharField(max_length=200)
    zero_fir = models.BooleanField()
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    why = models.CharField(max_length=500, default="", blank=True, db_comment="of a correction")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case"], condition=Q(corrects__isnull=True), name="firentry_one_fir"),
            models.CheckConstraint(condition=Q(corrects__isnull=True) | ~Q(why=""), name="firentry_corrected_why"),
            models.CheckConstraint(condition=~Q(number="") & ~Q(station=""), name="firentry_whole"),
        ]

    def __str__(self) -> str:
        return f"FIR {self.number}"


class PreliminaryEnquiry(models.Model):
    """A preliminary enquiry (BNSS 2023 s.173(3)): started with the permission of an officer, for 14 days. Only added to."""

    case = models.OneToOneField(CASE, on_delete=models.PROTECT, related_name="preliminary")
    permitted_by = models.CharField(max_length=200, db_comment="who gave the permission: name and office")
    rank = models.CharField(max_length=30, choices=Rank.choices)
    permitted_at = models.DateTimeField()
    reference = models.CharField(max_length=200, db_comment="of the written permission")
    ends_at = models.DateTimeField(db_comment="14 days after the permission")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"preliminary enquiry of case {self.case_id}"


class CaseEnding(models.Model):
    """That a case was closed, or opened again. Only added to."""

    case = models.ForeignKey(CASE, on_delete=models.PROTECT, related_name="endings")
    reopened = models.BooleanField(default=False)
    reason = models.CharField(max_length=40, default="", blank=True, db_comment="id in cases/data/closing.toml")
    text = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reopened=True, reason="") | (Q(reopened=False) & ~Q(reason="")),
                name="caseending_has_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["case", "id"], name="caseending_case")]

    def __str__(self) -> str:
        return f"case {self.case_id} {'opened again' if self.reopened else 'closed'}"
