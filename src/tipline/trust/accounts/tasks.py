"""The job that forgets what no longer counts."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from procrastinate.contrib.django import app

from tipline.core.clock import now
from tipline.core.jobs import PIPELINE_QUEUE
from tipline.trust.accounts import limits


@app.periodic(cron="17 * * * *", periodic_id="accounts")
@app.task(name="accounts.forget", queue=PIPELINE_QUEUE, queueing_lock="accounts.forget")
def forget_every_hour(timestamp: int) -> None:
    """Sessions that are over, and tries to sign in that no longer count."""
    limits.forget_old()
    Session.objects.filter(expire_date__lt=now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
