"""Addresses of courses. They are there in a training range alone (`tipline.range_urls`)."""

from __future__ import annotations

from django.urls import path

from tipline.console.courses import instructors, trainees

app_name = "courses"

urlpatterns = [
    path("enter/", trainees.enter, name="enter"),
    path("mine/", trainees.own, name="mine"),
    path("mine/<int:number>/tests/<str:moment>/", trainees.test, name="test"),
    path("mine/certificates/<slug:number>.pdf", trainees.certificate, name="own-certificate"),
    path("courses/", instructors.courses, name="courses"),
    path("courses/<slug:code>/", instructors.course, name="course"),
    path("courses/<slug:code>/roster/", instructors.roster, name="roster"),
    path("courses/<slug:code>/people/", instructors.people, name="people"),
    path("courses/<slug:code>/cards/", instructors.cards, name="cards"),
    path("courses/<slug:code>/sessions/", instructors.sessions, name="sessions"),
    path("courses/<slug:code>/sessions/<int:session_id>/", instructors.session, name="session"),
    path("courses/<slug:code>/exercises/", instructors.exercise_list, name="exercises"),
    path("courses/<slug:code>/exercises/<int:exercise_id>/board/", instructors.board, name="board"),
    path("courses/<slug:code>/results/", instructors.results, name="results"),
    path("courses/<slug:code>/results.csv", instructors.results_csv, name="results-csv"),
    path("courses/<slug:code>/certificates/", instructors.certificate_list, name="certificates"),
    path("courses/<slug:code>/certificates.zip", instructors.certificate_archive, name="certificates-archive"),
    path("courses/<slug:code>/certificates/<slug:number>.pdf", instructors.certificate, name="certificate"),
]
