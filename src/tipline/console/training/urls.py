"""Addresses of exercises and scenarios. They are there in a training range alone (`tipline.range_urls`)."""

from __future__ import annotations

from django.urls import path

from tipline.console.training import papers, scenarios, views

app_name = "training"

urlpatterns = [
    path("exercises/", views.exercises, name="exercises"),
    path("exercises/<int:exercise_id>/begin/", views.begin, name="begin"),
    path("attempts/<int:attempt_id>/", views.attempt, name="attempt"),
    path("attempts/<int:attempt_id>/answer/<slug:task_id>/", views.answer, name="answer"),
    path("attempts/<int:attempt_id>/hint/<slug:task_id>/", views.hint, name="hint"),
    path("attempts/<int:attempt_id>/finish/", views.finish, name="finish"),
    path("attempts/<int:attempt_id>/debrief/", views.debrief, name="debrief"),
    path("attempts/<int:attempt_id>/papers/<slug:document_id>/", papers.paper, name="paper"),
    path("attempts/<int:attempt_id>/ledgers/<slug:document_id>/", papers.ledger, name="ledger"),
    path("attempts/<int:attempt_id>/keep/", papers.keep, name="keep"),
    path("attempts/<int:attempt_id>/values/", papers.values, name="values"),
    path("attempts/<int:attempt_id>/search/", papers.search, name="search"),
    path("scenarios/", scenarios.scenarios, name="scenarios"),
    path("scenarios/<slug:name>/", scenarios.scenario, name="scenario"),
]
