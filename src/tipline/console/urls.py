"""Addresses of the console."""

from __future__ import annotations

from django.urls import path

from tipline.console.accounts import own, single_sign_on
from tipline.console.accounts import views as accounts
from tipline.console.agencies import letterhead as agency_letterhead
from tipline.console.agencies import manage as agency_forms
from tipline.console.agencies import views as agencies
from tipline.console.bundles import views as bundles
from tipline.console.cases import views as cases
from tipline.console.casework import transfers
from tipline.console.casework import views as casework
from tipline.console.clocks import views as clocks
from tipline.console.clusters import acts as cluster_acts
from tipline.console.clusters import views as clusters
from tipline.console.components import views as components
from tipline.console.counts import views as counts
from tipline.console.desk import contacts, doing, second, sent, undecided
from tipline.console.desk import views as desk
from tipline.console.exchange import agreements, links, packages
from tipline.console.exchange import pages as exchange
from tipline.console.exhibits import export as case_exports
from tipline.console.exhibits import hashes as exhibit_hashes
from tipline.console.exhibits import views as exhibits
from tipline.console.hash_lists import finding as hash_findings
from tipline.console.hash_lists import views as hash_lists
from tipline.console.known_lists import views as known_lists
from tipline.console.letters import views as letters
from tipline.console.log import views as log
from tipline.console.maps import views as maps
from tipline.console.operations import days as operation_days
from tipline.console.operations import views as operations
from tipline.console.outcomes import views as outcomes
from tipline.console.people import views as people
from tipline.console.providers import views as providers
from tipline.console.public_form import views as public_form
from tipline.console.replies import views as replies
from tipline.console.reports import export as exports
from tipline.console.reports import lead, preservation
from tipline.console.reports import views as reports
from tipline.console.requests import desk as request_lists
from tipline.console.requests import views as requests
from tipline.console.retention import views as retention
from tipline.console.routing import reroutes, what_if
from tipline.console.routing import views as routing
from tipline.console.safeguarding import views as safeguarding
from tipline.console.statistics import kept as kept_figures
from tipline.console.statistics import published
from tipline.console.statistics import views as statistics
from tipline.console.tokens import views as tokens
from tipline.console.triage import acts as triage_acts
from tipline.console.triage import views as triage
from tipline.console.unmasking import views as unmasking
from tipline.console.webhooks import views as webhooks

app_name = "console"

urlpatterns = [
    path("", desk.home, name="home"),
    path("sign-in/", accounts.sign_in, name="sign-in"),
    path("sign-in/second-factor/", accounts.second_factor, name="second-factor"),
    path("sign-in/passkey/", accounts.passkey, name="sign-in-passkey"),
    path("sign-in/single-sign-on/", single_sign_on.start, name="single-sign-on"),
    path("sign-in/single-sign-on/done/", single_sign_on.done, name="single-sign-on-done"),
    path("sign-out/", accounts.sign_out, name="sign-out"),
    path("confirm/", own.confirm, name="confirm"),
    path("account/", own.account, name="account"),
    path("account/password/", own.password, name="password"),
    path("account/authenticator/", own.authenticator, name="authenticator"),
    path("account/passkey/", own.passkey, name="passkey"),
    path("account/recovery-codes/", own.recovery_codes, name="recovery-codes"),
    path("account/factors/<int:factor_id>/", own.factor, name="factor"),
    path("account/sessions/", own.end_sessions, name="end-sessions"),
    path("people/", people.people_list, name="people"),
    path("people/add/", people.add, name="person-add"),
    path("people/<int:person_id>/", people.one, name="person"),
    path("people/<int:person_id>/act/", people.act, name="person-act"),
    path("providers/", providers.providers, name="providers"),
    path("providers/<int:provider_id>/", providers.provider, name="provider"),
    path("providers/<int:provider_id>/limits/", providers.limits, name="provider-limits"),
    path("providers/alerts/<int:alert_id>/acknowledge/", providers.alert_acknowledge, name="alert-acknowledge"),
    path("desk/", desk.desk, name="desk"),
    path("desk/expiring/seen/", desk.expiring_seen, name="desk-expiring-seen"),
    path("desk/act/", doing.act, name="desk-act"),
    path("desk/bundles/", bundles.bundles, name="bundles"),
    path("desk/bundles/<int:bundle_id>/", bundles.bundle, name="bundle"),
    path("desk/contacts/", contacts.contacts, name="contacts"),
    path("desk/counts/", desk.live_counts, name="desk-counts"),
    path("desk/second-look/", second.second_look, name="second-look"),
    path("desk/hand-over/", second.hand_over, name="hand-over"),
    path("desk/overdue/seen/", desk.overdue_seen, name="desk-overdue-seen"),
    path("sent/", sent.sent, name="sent"),
    path("drafts/", sent.drafted, name="drafts"),
    path("needs-a-person/", undecided.undecided, name="needs-a-person"),
    path("reports/<int:report_id>/", reports.report, name="report"),
    path("reports/<int:report_id>/text/", reports.texts, name="report-texts"),
    path("reports/<int:report_id>/messages/", public_form.messages_of, name="report-messages"),
    path("reports/<int:report_id>/contact/", public_form.contact, name="report-contact"),
    path("reports/<int:report_id>/reroute/", reroutes.decide, name="report-reroute"),
    path("reports/<int:report_id>/unmask/", unmasking.unmask, name="report-unmask"),
    path("reports/<int:report_id>/mask/", unmasking.mask_again, name="report-mask"),
    path("reports/<int:report_id>/preservation/", preservation.note, name="report-preservation"),
    path("reports/<int:report_id>/step/", lead.mark, name="report-step"),
    path("reports/<int:report_id>/summary.pdf", lead.summary_pdf, name="report-summary"),
    path("reports/<int:report_id>/export/", exports.export, name="report-export"),
    path("reports/<int:report_id>/map/", maps.of_report, name="report-map"),
    path("reports/<int:report_id>/linked/map/", maps.of_linked, name="linked-map"),
    path("clusters/<int:report_id>/", clusters.cluster, name="cluster"),
    path("clusters/<int:report_id>/graph.json", clusters.graph, name="cluster-graph"),
    path("clusters/<int:report_id>/export/", clusters.export, name="cluster-export"),
    path("clusters/<int:report_id>/<slug:verb>/<int:which>/", cluster_acts.act, name="cluster-act"),
    path("map/", maps.of_desk, name="map"),
    path("unmaskings/", unmasking.unmaskings, name="unmaskings"),
    path("unmaskings/<int:unmasking_id>/review/", unmasking.review, name="unmasking-review"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/people/", cases.assign, name="case-assign"),
    path("cases/<int:case_id>/clocks/", clocks.of_case, name="case-clocks"),
    path("clocks/", clocks.wall, name="clocks"),
    path("clocks/clocks.ics", clocks.calendar, name="clocks-file"),
    path("clocks/rules/", clocks.rules, name="clock-rules"),
    path("clocks/<int:clock_id>/", clocks.act, name="clock-act"),
    path("cases/<int:case_id>/requests/", requests.of_case, name="case-requests"),
    path("cases/<int:case_id>/requests/draft/", requests.draft, name="case-requests-draft"),
    path("cases/<int:case_id>/requests/send/", requests.send, name="case-requests-send"),
    path("cases/<int:case_id>/requests/<int:request_id>/", requests.one, name="case-request"),
    path("requests/", request_lists.outstanding, name="requests"),
    path("requests/seen/", requests.seen, name="requests-seen"),
    path("requests/rates/", request_lists.figures, name="request-rates"),
    path("holders/", request_lists.holders, name="holders"),
    path("holders/<path:key>/", request_lists.holder, name="holder"),
    path("cases/<int:case_id>/exhibits/", exhibits.exhibits, name="case-exhibits"),
    path("cases/<int:case_id>/exhibits/new/", exhibits.new, name="case-exhibit-new"),
    path("cases/<int:case_id>/exhibits/reported-file/", exhibits.reported_file, name="case-exhibit-reported-file"),
    path("cases/<int:case_id>/exhibits/numbering/", exhibits.numbering, name="case-exhibit-numbering"),
    path("cases/<int:case_id>/exhibits/<int:exhibit_id>/", exhibits.exhibit, name="case-exhibit"),
    path("cases/<int:case_id>/exhibits/<int:exhibit_id>/custody/", exhibits.custody, name="case-exhibit-custody"),
    path(
        "cases/<int:case_id>/exhibits/<int:exhibit_id>/hashes/",
        exhibit_hashes.import_page,
        name="case-exhibit-hashes",
    ),
    path("cases/<int:case_id>/exhibits/<int:exhibit_id>/label.pdf", exhibits.label, name="case-exhibit-label"),
    path(
        "cases/<int:case_id>/exhibits/<int:exhibit_id>/custody.pdf", exhibits.custody_sheet, name="case-exhibit-sheet"
    ),
    path("cases/<int:case_id>/export/", case_exports.export, name="case-export"),
    path("cases/<int:case_id>/letters/", letters.letters, name="case-letters"),
    path("cases/<int:case_id>/letters/set/", letters.make_set, name="case-letters-set"),
    path("cases/<int:case_id>/letters/make/", letters.make, name="case-letter-make"),
    path("cases/<int:case_id>/letters/all.<str:kind>.zip", letters.archive, name="case-letters-archive"),
    path("cases/<int:case_id>/letters/<int:letter_id>/", letters.letter, name="case-letter"),
    path("cases/<int:case_id>/letters/<int:letter_id>/edit/", letters.edit, name="case-letter-edit"),
    path("cases/<int:case_id>/letters/<int:letter_id>/act/", letters.act, name="case-letter-act"),
    path("cases/<int:case_id>/letters/<int:letter_id>/letter.<str:kind>", letters.file, name="case-letter-file"),
    path("log/", log.log, name="log"),
    path("log/checkpoints/", log.checkpoints, name="log-checkpoints"),
    path("log/<int:entry_id>/proof/", log.proof, name="log-proof"),
    path("cases/<int:case_id>/close/", casework.case_end, name="case-close"),
    path("cases/<int:case_id>/diary/", casework.case_diary, name="case-diary"),
    path("cases/<int:case_id>/diary.pdf", casework.diary_file, name="case-diary-file"),
    path("cases/<int:case_id>/persons/", casework.case_persons, name="case-persons"),
    path("cases/<int:case_id>/tasks/", casework.case_tasks, name="case-tasks"),
    path("cases/<int:case_id>/registration/", casework.case_registration, name="case-registration"),
    path("cases/<int:case_id>/links/", casework.case_links, name="case-links"),
    path("cases/transfers/", transfers.transfers, name="case-transfers"),
    path("cases/transfers/<int:transfer_id>/", transfers.one, name="case-transfer"),
    path("tasks/", casework.my_tasks, name="my-tasks"),
    path("cases/<int:case_id>/replies/", replies.replies, name="case-replies"),
    path("cases/<int:case_id>/replies/upload/", replies.upload, name="reply-upload"),
    path("cases/<int:case_id>/replies/<int:number>/", replies.reply, name="reply"),
    path("cases/<int:case_id>/replies/<int:number>/act/", replies.act, name="reply-act"),
    path("cases/<int:case_id>/replies/<int:number>/problems.csv", replies.problems, name="reply-problems"),
    path("retention/", retention.overview, name="retention"),
    path("retention/hold/", retention.hold, name="retention-hold"),
    path("retention/holds/<int:hold_id>/lift/", retention.lift, name="retention-lift"),
    path("retention/order/", retention.order, name="retention-order-new"),
    path("retention/orders/<int:number>/", retention.decide, name="retention-order"),
    path("retention/certificates/<int:number>/", retention.certificate, name="retention-certificate"),
    path("retention/certificates/<int:number>.json", retention.certificate_file, name="retention-certificate-file"),
    path("cases/<int:case_id>/outcome/", outcomes.of_case, name="case-outcome"),
    path("cases/<int:case_id>/safeguarding/", safeguarding.children, name="case-safeguarding"),
    path("reports/<int:report_id>/outcome/", outcomes.of_report, name="report-outcome"),
    path("outcomes/", outcomes.outcomes, name="outcomes"),
    path("outcomes/<int:outcome_id>/withdraw/", outcomes.withdraw, name="outcome-withdraw"),
    path("outcomes/reminders/seen/", outcomes.reminders_seen, name="outcome-reminders-seen"),
    path("operations/", operations.operations, name="operations"),
    path("operations/new/", operations.new, name="operation-new"),
    path("operations/<slug:code>/", operations.overview, name="operation"),
    path("operations/<slug:code>/people/", operations.people, name="operation-people"),
    path("operations/<slug:code>/cases/", operations.cases, name="operation-cases"),
    path("operations/<slug:code>/rules/", operations.rules, name="operation-rules"),
    path("operations/<slug:code>/tasks/", operations.tasks, name="operation-tasks"),
    path("operations/<slug:code>/days/", operation_days.days, name="operation-days"),
    path("operations/<slug:code>/days/<int:day_id>/", operation_days.day, name="operation-day"),
    path("operations/<slug:code>/report/", operations.report, name="operation-report"),
    path("operations/<slug:code>/report.pdf", operations.report_file, name="operation-report-file"),
    path("operations/<slug:code>/briefing.pdf", operations.briefing, name="operation-briefing"),
    path("operations/<slug:code>/figures/<slug:name>/", operations.figure, name="operation-figure"),
    path("counts/", counts.counts, name="counts"),
    path("statistics/", statistics.overview, name="statistics"),
    path("statistics/figures/<str:name>/", statistics.figure, name="statistics-figure"),
    path("statistics/figures/<str:name>/chart.<str:kind>", statistics.chart, name="statistics-chart"),
    path("statistics/figures/<str:name>/table.<str:kind>", statistics.table, name="statistics-table"),
    path("statistics/kept/", kept_figures.kept, name="statistics-kept"),
    path("statistics/kept/<int:number>/", kept_figures.one, name="statistics-kept-one"),
    path("statistics/reports/", published.reports, name="statistics-reports"),
    path("statistics/reports/<int:number>/end/", published.report_end, name="statistics-report-end"),
    path("statistics/files/<int:number>/", published.file, name="statistics-file"),
    path("statistics/transparency/", published.transparency, name="statistics-transparency"),
    path("statistics/transparency/<int:number>/", published.one_transparency, name="statistics-release"),
    path("statistics/transparency/<int:number>/preview.pdf", published.preview, name="statistics-preview"),
    path("statistics/returns/", published.yearly, name="statistics-returns"),
    path("statistics/returns/<str:name>/return.<str:kind>", published.yearly_file, name="statistics-return-file"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/new/", tokens.new_token, name="token-new"),
    path("account/tokens/<int:token_id>/revoke/", tokens.revoke, name="token-revoke"),
    path("hashes/", hash_lists.hash_lists, name="hash-lists"),
    path("hashes/new/", hash_lists.new, name="hash-list-new"),
    path("hashes/<int:list_id>/", hash_lists.one, name="hash-list"),
    path("hashes/<int:list_id>/act/", hash_lists.act, name="hash-list-act"),
    path("hashes/<int:list_id>/subscriber/", hash_lists.subscriber, name="hash-list-subscriber"),
    path("hashes/findings/<int:number>/withdraw/", hash_lists.withdraw, name="finding-withdraw"),
    path("hashes/known/", known_lists.known_lists, name="known-lists"),
    path("hashes/known/new/", known_lists.new, name="known-list-new"),
    path("hashes/known/<int:list_id>/", known_lists.one, name="known-list"),
    path("hashes/known/<int:list_id>/file/", known_lists.file, name="known-list-file"),
    path("hashes/known/<int:list_id>/act/", known_lists.act, name="known-list-act"),
    path("hashes/known/<int:list_id>/imports/<int:import_id>/", known_lists.one_import, name="known-list-import"),
    path("reports/<int:report_id>/finding/", hash_findings.of_report, name="report-finding"),
    path(
        "cases/<int:case_id>/exhibits/<int:exhibit_id>/finding/", hash_findings.of_exhibit, name="case-exhibit-finding"
    ),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/new/", webhooks.new, name="webhook-new"),
    path("webhooks/<int:webhook_id>/act/", webhooks.act, name="webhook-act"),
    path("agencies/", agencies.tree, name="agencies"),
    path("agencies/<str:code>/", agencies.agency, name="agency"),
    path("agencies/<str:code>/standing-rule/", agency_forms.standing_rule, name="agency-standing-rule"),
    path("agencies/<str:code>/hours/", agency_forms.hours, name="agency-hours"),
    path("agencies/<str:code>/case-numbers/", agency_forms.case_numbers, name="agency-case-numbers"),
    path("agencies/<str:code>/letterhead/", agency_letterhead.letterhead, name="agency-letterhead"),
    path("exchange/", exchange.exchange, name="exchange"),
    path("packages/", packages.packages, name="packages"),
    path("packages/new/", packages.new, name="package-new"),
    path("packages/receive/", packages.incoming, name="package-receive"),
    path("packages/receipt/", packages.receipt, name="package-receipt"),
    path("packages/taken/<uuid:uid>/receipt.json", packages.receipt_file, name="package-receipt-file"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/new/", agreements.propose, name="agreement-new"),
    path("agreements/proposals/<int:proposal_id>/", agreements.decide, name="agreement-decide"),
    path("agreements/<str:giver>/<str:taker>/", agreements.history, name="agreement"),
    path("agreements/<str:giver>/<str:taker>/end/", agreements.end, name="agreement-end"),
    path("links/", links.links, name="links"),
    path("links/add/", links.add, name="link-add"),
    path("links/descriptor.json", links.descriptor, name="link-descriptor"),
    path("links/alerts/<int:alert_id>/seen/", links.alert_seen, name="link-alert"),
    path("links/peers/<slug:name>/", links.one, name="link"),
    path("links/peers/<slug:name>/act/", links.act, name="link-act"),
    path("routing/", routing.overview, name="routing"),
    path("routing/draft/", routing.draft, name="routing-draft"),
    path("routing/rules/<int:number>/", routing.one, name="routing-rules"),
    path("routing/rules/<int:number>/text/", routing.draft, name="routing-edit"),
    path("routing/rules/<int:number>/preview/", routing.preview, name="routing-preview"),
    path("routing/rules/<int:number>/release/", routing.release, name="routing-release"),
    path("routing/rules/<int:number>/roll-back/", routing.roll_back, name="routing-roll-back"),
    path("routing/previews/<int:preview_id>/", routing.preview_result, name="routing-preview-result"),
    path("routing/what-if/", what_if.what_if, name="routing-what-if"),
    path("triage/", triage.overview, name="triage"),
    path("triage/draft/", triage.draft, name="triage-draft"),
    path("triage/rules/<str:version>/", triage.rules, name="triage-rules"),
    path("triage/sets/<int:number>/", triage.one, name="triage-set"),
    path("triage/sets/<int:number>/weights/", triage.draft, name="triage-weights"),
    path("triage/sets/<int:number>/simulate/", triage.simulate, name="triage-simulate"),
    path("triage/sets/<int:number>/release/", triage.release, name="triage-release"),
    path("triage/sets/<int:number>/roll-back/", triage.roll_back, name="triage-roll-back"),
    path("triage/simulations/<int:simulation_id>/", triage.simulation, name="triage-simulation"),
    path("triage/fairness/", triage.fair, name="triage-fairness"),
    path("triage/fairness/table.csv", triage.fair_table, name="triage-fairness-table"),
    path("reports/<int:report_id>/priority/", triage_acts.say, name="report-priority"),
    path("components/", components.components, name="components"),
]
