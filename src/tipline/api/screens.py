"""Screens and endpoints side by side: what a program can do of each, and what only a person does, with the reason.

A test holds this against the console's addresses and against the description, so that nothing is missing in silence.
"""

from __future__ import annotations

_CASE = "/cases/{case_id}"
_SITS_THERE = "asks for a fresh sign-in, which shows that the person sits there"
_SAYS_SEEN = "says that a person saw it"
_OWN_ACCOUNT = "a person's own account and sessions"
_RULES = "rules for everybody below are written, previewed and released by people, the last by a second one"
_DRAWN = "a drawing; the data behind it is in the report"
_FORENSIC = "exhibits and custody are written by whoever has the thing before them"
_DESTROYS = "what is held or destroyed is decided by two people"
_MANAGES = "accounts, agencies and limits are managed by people"

# name of a screen's address → what a program calls instead
ENDPOINTS: dict[str, tuple[str, ...]] = {
    "desk": ("/desk", "/desk/queue", "/reports", "/clocks"),
    "desk-act": (
        "POST /desk/acknowledge", "POST /desk/accept", "POST /desk/take-part", "POST /desk/forward", "POST /desk/draft",
        "POST /desk/split", "POST /desk/return", "POST /desk/merge", "POST /desk/part", "POST /desk/invite",
        "POST /desk/assign", "POST /desk/snooze", "POST /desk/wake", "POST /desk/informational", "POST /desk/work",
        f"POST {_CASE}/reports",
    ),
    "desk-counts": ("/desk/queue",),
    "hand-over": ("POST /desk/hand-over",),
    "contacts": ("/desk/contacts", "POST /desk/contacts"),
    "needs-a-person": ("/desk", "POST /desk/forward"),
    "sent": ("/desk/sent", "POST /desk/recall"),
    "drafts": ("/desk/drafts", "POST /desk/drafts/{draft_id}/send", "POST /desk/drafts/{draft_id}/discard"),
    "report": ("/reports/{report_id}",),
    "cluster": ("/reports/{report_id}/cluster", "/reports/{report_id}/graph", "/suggestions"),
    "cluster-graph": ("/reports/{report_id}/graph",),
    "cluster-act": (
        "POST /reports/{report_id}/ties", "POST /ties/{tie_id}/end", "POST /reports/{report_id}/cuts", "POST /cuts/{cut_id}/end",
        "POST /cluster-changes/{change_id}/undo",
    ),
    "report-messages": (
        "/reports/{report_id}/messages", "POST /reports/{report_id}/messages", "POST /reports/{report_id}/told",
    ),
    "report-priority": ("POST /reports/{report_id}/priority",),
    "report-outcome": ("POST /reports/{report_id}/outcomes",),
    "cases": ("/cases",),
    "case": (_CASE, f"{_CASE}/state"),
    "case-assign": (f"POST {_CASE}/people", f"POST {_CASE}/people/end"),
    "case-clocks": (f"{_CASE}/clocks",),
    "clocks": ("/clocks", "/clocks/{clock_id}"),
    "clocks-file": ("/clocks.ics",),
    "clock-act": ("POST /clocks/{clock_id}/pause", "POST /clocks/{clock_id}/resume", "POST /clocks/{clock_id}/finish"),
    "case-requests": (f"{_CASE}/requests",),
    "case-requests-draft": (f"POST {_CASE}/requests",),
    "case-requests-send": (f"POST {_CASE}/requests/{{request_id}}/sent",),
    "case-request": (
        f"{_CASE}/requests/{{request_id}}",
        *(
            f"POST {_CASE}/requests/{{request_id}}/{verb}"
            for verb in ("sent", "reminded", "replied", "renewed", "closed", "withdrawn")
        ),
    ),
    "requests": ("/requests",),
    "case-letters": (f"{_CASE}/letters",),
    "case-letters-set": (f"POST {_CASE}/letters/set",),
    "case-letter-make": (f"POST {_CASE}/letters",),
    "case-letter-edit": (f"POST {_CASE}/letters/{{letter_id}}/edit",),
    "case-letter-act": (f"POST {_CASE}/letters/{{letter_id}}/afresh", f"POST {_CASE}/letters/{{letter_id}}/withdraw"),
    "case-letter-file": (f"{_CASE}/letters/{{letter_id}}/letter.pdf",),
    "case-letter": (f"{_CASE}/letters/{{letter_id}}", f"{_CASE}/letters/{{letter_id}}/letter.pdf"),
    "case-diary": (f"{_CASE}/diary", f"POST {_CASE}/diary", f"POST {_CASE}/diary/{{number}}/correct"),
    "case-tasks": (
        f"{_CASE}/tasks", f"{_CASE}/tasks/{{task_id}}", f"POST {_CASE}/tasks", f"POST {_CASE}/tasks/{{task_id}}", f"POST {_CASE}/tasks/{{task_id}}/end",
    ),
    "my-tasks": ("/tasks",),
    "case-persons": (
        f"{_CASE}/persons", f"{_CASE}/persons/{{person_id}}", f"POST {_CASE}/persons", f"POST {_CASE}/persons/{{person_id}}/evidence",
        f"POST {_CASE}/persons/{{person_id}}/propose", f"POST {_CASE}/persons/{{person_id}}/clear",
        f"POST {_CASE}/evidence/{{evidence_id}}/withdraw", f"POST {_CASE}/proposals/{{proposal_id}}/take-back",
    ),
    "case-registration": (
        f"POST {_CASE}/officer", f"POST {_CASE}/fir", f"POST {_CASE}/fir/correct", f"POST {_CASE}/enquiry",
        f"POST {_CASE}/sections", f"POST {_CASE}/sections/withdraw",
    ),
    "case-links": (
        f"POST {_CASE}/reports", f"POST {_CASE}/reports/{{report_id}}/move", f"POST {_CASE}/links",
        f"POST {_CASE}/links/{{link_id}}/end",
    ),
    "case-close": (
        f"POST {_CASE}/close", f"POST {_CASE}/reopen", f"POST {_CASE}/transfer",
        f"POST {_CASE}/transfers/{{transfer_id}}/take-back",
    ),
    "case-transfers": ("/transfers", "/transfers/{transfer_id}"),
    "case-transfer": ("POST /transfers/{transfer_id}/accept", "POST /transfers/{transfer_id}/refuse"),
    "case-outcome": (_CASE, f"POST {_CASE}/outcomes"),
    "outcomes": ("/outcomes",),
    "outcome-withdraw": ("POST /outcomes/{outcome_id}/withdraw",),
    "counts": ("/counts",),
    "statistics": ("/statistics/figures",),
    "statistics-figure": ("/statistics/figures/{name}",),
    "statistics-table": ("/statistics/figures/{name}",),
    "log": ("/log",),
    "operations": ("/operations",),
    "operation": ("/operations/{code}",),
    "operation-people": ("/operations/{code}",),
    "operation-rules": ("/operations/{code}",),
    "operation-tasks": ("/operations/{code}",),
    "operation-cases": ("/operations/{code}/members",),
    "operation-days": ("/operations/{code}/board",),
    "operation-day": ("/operations/{code}/board",),
    "operation-report": ("/operations/{code}/figures",),
    "operation-figure": ("/operations/{code}/figures",),
    "agencies": ("/agencies",),
    "agency": ("/agencies", "/agreements"),
    "webhooks": ("/webhooks", "/webhooks/{webhook_id}", "/webhooks/{webhook_id}/deliveries"),
    "webhook-act": (
        "POST /webhooks/{webhook_id}/test", "POST /webhooks/{webhook_id}/replay",
        "POST /webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
    ),
    "account": ("/me",),
    "packages": ("/packages/sent", "/packages/taken", "/packages/refused"),
    "package-new": ("POST /packages",),
    "package-receive": ("POST /packages/verify", "POST /packages/receive"),
    "package-receipt": ("POST /packages/receipts",),
    "package-receipt-file": ("/packages/taken/{uid}/receipt",),
    "agreements": ("/agreements",),
    "agreement": ("/agreements",),
    "links": ("/links",),
    "link": ("/links/{name}",),
    "link-add": ("POST /links",),
    "link-act": (
        "POST /links/{name}/suspend", "POST /links/{name}/resume", "POST /links/{name}/retry", "POST /links/{name}/keys/revoke",
    ),
    "link-descriptor": ("/descriptor",),
}  # fmt: skip

# What of a screen only a person does, or a whole screen that has no endpoint: and why.
NOT_OFFERED: dict[str, str] = {
    "home": "leads to the first screen",
    "case-persons": "a second officer confirms or refuses a proposal, reviews a standing, and looks again at somebody who was cleared",
    "case-letter-act": "marking a letter as reviewed says that a person read it; another language is a letter of its own",
    "agency": "its places and its history are drawn on screen; the tree and the agreements are data here",
    **dict.fromkeys(("desk-expiring-seen", "desk-overdue-seen", "requests-seen", "outcome-reminders-seen"), _SAYS_SEEN),
    **dict.fromkeys(("bundles", "bundle"), "one decision for many reports is a person's; its members are acted on at /desk/..."),
    "second-look": "a second person looks before an urgent report is returned",
    "report-texts": "reported text is folded until a person asks for it; /reports/{report_id} has what is masked",
    "report-contact": "who reported is shown to a person who opens it, and to no program",
    "cluster-act": "a suggestion of a model is taken or refused by a person",
    "cluster-export": "leaves with a fresh sign-in and is logged as an export of a person; /reports/{report_id}/cluster has the same",
    "report-reroute": "a suggestion of the software is taken or refused by a person",
    **dict.fromkeys(("report-unmask", "report-mask"), f"a child's identity; {_SITS_THERE}"),
    "report-preservation": "a network's word is noted where the letter is read",
    "report-step": "a tick of a checklist says what a person did",
    "report-summary": "printed for paper; the JSON of the report has the same facts",
    "report-export": "leaves with a reason and is logged as an export of a person",
    **dict.fromkeys(("report-map", "linked-map", "map"), _DRAWN),
    **dict.fromkeys(("unmaskings", "unmasking-review"), "who saw a child's identity is reviewed by a person"),
    "clock-rules": "the files of clocks are public data (docs/reference/clocks.md)",
    "request-rates": "figures of holders; /statistics/figures has those that are published",
    **dict.fromkeys(("holders", "holder"), "the directories are public data files"),
    **dict.fromkeys(
        (
            "case-exhibits", "case-exhibit-new", "case-exhibit-reported-file", "case-exhibit-numbering", "case-exhibit",
            "case-exhibit-custody", "case-exhibit-hashes", "case-exhibit-label", "case-exhibit-sheet",
        ),
        _FORENSIC,
    ),
    **dict.fromkeys(
        ("report-finding", "case-exhibit-finding", "finding-withdraw"), "what a file is, is a person's word; programs read the lists that are made of it"
    ),
    **dict.fromkeys(
        ("hash-lists", "hash-list-new", "hash-list", "hash-list-act", "hash-list-subscriber"),
        f"lists are made and opened by supervisors, which {_SITS_THERE}; programs read them at /hashes (docs/reference/hash-lists.md)",
    ),
    **dict.fromkeys(
        ("known-lists", "known-list-new", "known-list", "known-list-file", "known-list-act", "known-list-import"),
        "lists that come in are imported by supervisors and administrators on screen, and by the operator's command for scripts; programs read what lists hold at /hashes/known (docs/reference/hash-lists.md)",
    ),
    "case-export": "leaves with a reason and is logged as an export of a person",
    "case-letters-archive": "a program takes letters one by one, so that the log says which it took",
    **dict.fromkeys(("log-checkpoints", "log-proof"), "at /.well-known/tipline/, and `tipline audit proof`"),
    "case-diary-file": "printed for paper; the entries are at /cases/{case_id}/diary",
    **dict.fromkeys(
        ("case-replies", "reply-upload", "reply", "reply-act", "reply-problems"),
        "files of holders are uploaded, mapped and applied by whoever looks at them",
    ),
    **dict.fromkeys(
        (
            "retention", "retention-hold", "retention-lift", "retention-order-new", "retention-order",
            "retention-certificate", "retention-certificate-file",
        ),
        _DESTROYS,
    ),
    "case-safeguarding": "what is written of a child is read and written by people who work on the case",
    "operation-report-file": "printed for paper; the figures are at /operations/{code}/figures",
    "operation-briefing": "printed for paper",
    **dict.fromkeys(
        (
            "operation-new", "operation", "operation-people", "operation-cases", "operation-rules", "operation-tasks",
            "operation-days", "operation-day",
        ),
        "an operation is laid out and run by its lead on screen; programs read it",
    ),
    "statistics-chart": _DRAWN,
    **dict.fromkeys(("statistics-kept", "statistics-kept-one"), "kept figures are a person's list; ask the figure as of a day"),
    **dict.fromkeys(
        (
            "statistics-reports", "statistics-report-end", "statistics-file", "statistics-transparency",
            "statistics-release", "statistics-preview", "statistics-returns", "statistics-return-file",
        ),
        "what is published is prepared by one person and released by another",
    ),
    **dict.fromkeys(
        ("people", "person-add", "person", "person-act", "providers", "provider", "provider-limits", "alert-acknowledge"),
        _MANAGES,
    ),
    **dict.fromkeys(("webhook-new", "webhook-act"), "where data goes, and a secret that is shown once, need an administrator who has just signed in"),
    "exchange": "leads to packages or links",
    "link-act": "comparing a fingerprint, and ending a link, is done by people",
    "link-alert": _SAYS_SEEN,
    **dict.fromkeys(("agreement-new", "agreement-decide", "agreement-end"), "what may travel is agreed by two people"),
    **dict.fromkeys(("tokens", "token-new", "token-revoke"), "a token makes no token"),
    **dict.fromkeys(
        (
            "agency-standing-rule", "agency-hours", "agency-case-numbers", "agency-letterhead",
        ),
        _MANAGES,
    ),
    **dict.fromkeys(
        (
            "routing", "routing-draft", "routing-rules", "routing-edit", "routing-preview", "routing-release",
            "routing-roll-back", "routing-preview-result", "routing-what-if",
        ),
        _RULES,
    ),
    **dict.fromkeys(
        (
            "sign-in", "second-factor", "sign-in-passkey", "single-sign-on", "single-sign-on-done", "sign-out", "confirm",
            "password", "authenticator", "passkey", "recovery-codes", "factor", "end-sessions",
        ),
        _OWN_ACCOUNT,
    ),
    **dict.fromkeys(
        (
            "triage", "triage-draft", "triage-set", "triage-weights", "triage-simulate", "triage-release", "triage-roll-back",
            "triage-simulation",
        ),
        _RULES,
    ),
    **dict.fromkeys(
        ("triage-rules", "triage-fairness", "triage-fairness-table"),
        "what rules say, and how scores fall, is read by people; /reports/{report_id} has every reason with its rule and version",
    ),
    "components": "a page for developers",
}  # fmt: skip
