"""Reports that desks get by themselves: each period once, missed ones too, with what the desk chose and nothing of another desk."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connections
from pypdf import PdfReader

from tests import factories
from tests.factories import agency, person, signed_in
from tipline.core.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from tipline.statistics.keeping import refresh
from tipline.statistics.publishing import making
from tipline.statistics.publishing.making import make_due
from tipline.statistics.publishing.models import PublishedFile, Rhythm, Schedule, ScheduledReport
from tipline.statistics.publishing.periods import Period, ended, period_with, year_or_half
from tipline.statistics.publishing.schedules import Wanted, end, start
from tipline.trust.accounts.models import Role
from tipline.trust.audit.models import Entry

WANTED = Wanted((("funnel", ("month",)), ("outcomes", ())), "monthly", "en", pdf=True, csv=True)
