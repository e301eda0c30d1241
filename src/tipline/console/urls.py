"""Addresses of the console."""

from __future__ import annotations

from django.urls import path

from tipline.console.accounts import views as accounts
from tipline.console.agencies import views as agencies
from tipline.console.cases import views as cases
from tipline.console.components import views as components
from tipline.console.desk import views as desk
from tipline.console.reports import export as exports
from tipline.console.reports import views as reports
from tipline.console.retention import views as retention
from tipline.console.unmasking import views as unmasking

app_name = "console"

urlpatterns = [
    path("", desk.home, name="home"),
    path("sign-in/", accounts.sign_in, name="sign-in"),
    path("sign-out/", accounts.sign_out, name="sign-out"),
    path("desk/", desk.desk, name="desk"),
    path("desk/act/", desk.act, name="desk-act"),
    path("reports/<int:report_id>/", reports.report, name="report"),
    path("reports/<int:report_id>/text/", reports.texts, name="report-texts"),
    path("reports/<int:report_id>/unmask/", unmasking.unmask, name="report-unmask"),
    path("reports/<int:report_id>/mask/", unmasking.mask_again, name="report-mask"),
    path("reports/<int:report_id>/export/", exports.export, name="report-export"),
    path("unmaskings/", unmasking.unmaskings, name="unmaskings"),
    path("unmaskings/<int:unmasking_id>/review/", unmasking.review, name="unmasking-review"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/people/", cases.assign, name="case-assign"),
    path("cases/<int:case_id>/close/", cases.close, name="case-close"),
    path("retention/", retention.overview, name="retention"),
    path("retention/hold/", retention.hold, name="retention-hold"),
    path("retention/holds/<int:hold_id>/lift/", retention.lift, name="retention-lift"),
    path("retention/order/", retention.order, name="retention-order-new"),
    path("retention/orders/<int:number>/", retention.decide, name="retention-order"),
    path("retention/certificates/<int:number>/", retention.certificate, name="retention-certificate"),
    path("retention/certificates/<int:number>.json", retention.certificate_file, name="retention-certificate-file"),
    path("agencies/", agencies.tree, name="agencies"),
    path("components/", components.components, name="components"),
]
