from django.urls import path

from .views import calls, decisions, mine, reviews, talks, talks_bulk, talks_insight, tickets

app_name = "cfp"

urlpatterns = [
    path("<edition:slug>/call/", calls.call, name="call"),
    path("<edition:slug>/call/submit/", calls.submit, name="submit"),
    path("<edition:slug>/confirm/<code:code>/<str:secret>/", calls.confirm, name="confirm"),
    path("my/talks/", mine.my_talks, name="my-talks"),
    path("my/talks/claim/", mine.claim, name="claim"),
    path("my/talks/<code:code>/", mine.talk_edit, name="talk-edit"),
    path("my/talks/<code:code>/withdraw/", mine.withdraw, name="withdraw"),
    path("my/profile/", mine.profile, name="profile"),
    path("my/profile/photo.png", mine.photo, name="photo"),
    path("staff/<edition:slug>/reviews/", reviews.reviews, name="reviews"),
    path("staff/<edition:slug>/reviews/<code:code>/", reviews.review, name="review"),
    path("staff/<edition:slug>/talks/", talks.talks, name="talks"),
    path("staff/<edition:slug>/talks/<code:code>/", talks.talk, name="talk"),
    path("staff/<edition:slug>/talks/<code:code>/decide/", talks.decide, name="decide"),
    path("staff/<edition:slug>/talks/<code:code>/cancel/", talks.cancel, name="cancel"),
    path("staff/<edition:slug>/talks/<code:code>/rename/", talks.rename, name="rename"),
    path("staff/<edition:slug>/talks/<code:code>/put-back/", talks.put_back, name="put-back"),
    path("staff/<edition:slug>/talks/<code:code>/promote/", decisions.promote, name="promote"),
    path(
        "staff/<edition:slug>/talks/<code:code>/take-back/", decisions.take_back, name="take-back"
    ),
    path("staff/<edition:slug>/talks/bulk/", talks_bulk.bulk, name="bulk"),
    path("staff/<edition:slug>/talks/views/", talks_bulk.save_view, name="save-view"),
    path("staff/<edition:slug>/talks/views/<int:pk>/", talks_bulk.forget_view, name="forget-view"),
    path("staff/<edition:slug>/talks/compare/", talks_insight.compare, name="compare"),
    path("staff/<edition:slug>/talks/doubles/", talks_insight.doubles, name="doubles"),
    path("staff/<edition:slug>/talks/sheets/", talks_insight.sheets, name="sheets"),
    path("staff/<edition:slug>/talks/file/<str:kind>/", talks_insight.file, name="talks-file"),
    path("staff/<edition:slug>/talks/statistics/", talks_insight.statistics, name="statistics"),
    path("staff/<edition:slug>/decisions/", decisions.decisions, name="decisions"),
    path("staff/<edition:slug>/decisions/release/", decisions.release, name="release"),
    path("staff/<edition:slug>/decisions/sent/", decisions.sent, name="sent"),
    path("staff/<edition:slug>/speakers/tickets/", tickets.speaker_tickets, name="speaker-tickets"),
    path("staff/<edition:slug>/speakers/tickets/give/", tickets.give_missing, name="give-missing"),
]
