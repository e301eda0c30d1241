"""Addresses of the console."""

from __future__ import annotations

from django.urls import path

from tipline.console.accounts import views as accounts
from tipline.console.agencies import views as agencies
from tipline.console.cases import views as cases
from tipline.console.components import views as components
from tipline.console.counts import views as counts
from tipline.console.desk import views as desk
from tipline.console.reports import views as reports
from tipline.console.tokens import views as tokens

app_name = "console"

urlpatterns = [
    path("", desk.home, name="home"),
    path("sign-in/", accounts.sign_in, name="sign-in"),
    path("sign-out/", accounts.sign_out, name="sign-out"),
    path("desk/", desk.desk, name="desk"),
    path("desk/act/", desk.act, name="desk-act"),
    path("reports/<int:report_id>/", reports.report, name="report"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/people/", cases.assign, name="case-assign"),
    path("counts/", counts.counts, name="counts"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/new/", tokens.new_token, name="token-new"),
    path("account/tokens/<int:token_id>/revoke/", tokens.revoke, name="token-revoke"),
    path("agencies/", agencies.tree, name="agencies"),
    path("components/", components.components, name="components"),
]
