from django.urls import path

from .views import autosave, availability, calls, files, mine, reviews, speakers, talks, tickets

app_name = "cfp"

urlpatterns = [
    path("<edition:slug>/call/", calls.call, name="call"),
    path("<edition:slug>/call/submit/", calls.submit, name="submit"),
    path("<edition:slug>/confirm/<code:code>/<str:secret>/", calls.confirm, name="confirm"),
    path("my/talks/", mine.my_talks, name="my-talks"),
    path("my/talks/claim/", mine.claim, name="claim"),
    path("my/talks/<code:code>/", mine.talk_edit, name="talk-edit"),
    path("<edition:slug>/call/availability/", availability.availability, name="availability"),
    path("my/talks/preview/", autosave.preview, name="preview"),
    path("my/talks/<code:code>/speakers/", speakers.speakers, name="speakers"),
    path("my/talks/<code:code>/speakers/invite/", speakers.invite, name="invite"),
    path("my/talks/<code:code>/speakers/order/", speakers.order, name="order"),
    path("my/talks/<code:code>/speakers/<int:pk>/leave/", speakers.drop_out, name="drop-out"),
    path("my/talks/<code:code>/invitations/<int:pk>/", speakers.take_back, name="take-back"),
    path("my/invitation/<code:code>/<str:secret>/", speakers.invitation, name="invitation"),
    path("my/talks/<code:code>/files/", files.files, name="files"),
    path("my/talks/<code:code>/files/<int:pk>/", files.fetch, name="file"),
    path("my/talks/<code:code>/files/<int:pk>/remove/", files.remove, name="file-remove"),
    path(
        "staff/<edition:slug>/talks/<code:code>/files/<int:pk>/",
        files.fetch_for_committee,
        name="talk-file",
    ),
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
    path("staff/<edition:slug>/speakers/tickets/", tickets.speaker_tickets, name="speaker-tickets"),
    path("staff/<edition:slug>/speakers/tickets/give/", tickets.give_missing, name="give-missing"),
]
