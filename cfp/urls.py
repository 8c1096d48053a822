from django.urls import path

from .api import docs
from .api import views as api
from .views import calls, mine, partners, reviews, talks, tickets, tokens

app_name = "cfp"

urlpatterns = [
    path("<edition:slug>/call/", calls.call, name="call"),
    path("<edition:slug>/call/submit/", calls.submit, name="submit"),
    path("<edition:slug>/confirm/<code:code>/<str:secret>/", calls.confirm, name="confirm"),
    path("api/", docs.page, name="api"),
    path("api/v1/schema/", docs.schema, name="api-schema"),
    path("api/v1/<slug:slug>/talks/", api.TalkList.as_view(), name="api-talks"),
    path("api/v1/<slug:slug>/talks/<str:code>/", api.OneTalk.as_view(), name="api-talk"),
    path("api/v1/<slug:slug>/speakers/", api.SpeakerList.as_view(), name="api-speakers"),
    path("api/v1/<slug:slug>/speakers/<str:code>/", api.OneSpeaker.as_view(), name="api-speaker"),
    path("api/v1/<slug:slug>/tracks/", api.TrackList.as_view(), name="api-tracks"),
    path("api/v1/<slug:slug>/tracks/<str:code>/", api.OneTrack.as_view(), name="api-track"),
    path("api/v1/<slug:slug>/submissions/", api.SubmissionList.as_view(), name="api-submissions"),
    path(
        "api/v1/<slug:slug>/submissions/<str:code>/",
        api.OneSubmission.as_view(),
        name="api-submission",
    ),
    path("api/v1/<slug:slug>/reviews/", api.ReviewList.as_view(), name="api-reviews"),
    path("my/tokens/", tokens.my_tokens, name="my-tokens"),
    path("my/tokens/<int:pk>/revoke/", tokens.revoke_own, name="token-revoke-own"),
    path("staff/<edition:slug>/tokens/", tokens.tokens, name="tokens"),
    path("staff/<edition:slug>/tokens/<int:pk>/revoke/", tokens.revoke, name="token-revoke"),
    path("my/talks/", mine.my_talks, name="my-talks"),
    path("my/talks/claim/", mine.claim, name="claim"),
    path("my/talks/<code:code>/", mine.talk_edit, name="talk-edit"),
    path("my/talks/<code:code>/withdraw/", mine.withdraw, name="withdraw"),
    path("my/profile/", mine.profile, name="profile"),
    path("my/profile/photo.png", mine.photo, name="photo"),
    path("staff/<edition:slug>/reviews/", reviews.reviews, name="reviews"),
    path("staff/<edition:slug>/reviews/<code:code>/", reviews.review, name="review"),
    path("staff/<edition:slug>/talks/", talks.talks, name="talks"),
    path("staff/<edition:slug>/talks/enter/", partners.enter, name="enter"),
    path("staff/<edition:slug>/talks/enter/file/", partners.enter_file, name="enter-file"),
    path("staff/<edition:slug>/talks/<code:code>/", talks.talk, name="talk"),
    path("staff/<edition:slug>/talks/<code:code>/decide/", talks.decide, name="decide"),
    path("staff/<edition:slug>/talks/<code:code>/cancel/", talks.cancel, name="cancel"),
    path("staff/<edition:slug>/talks/<code:code>/rename/", talks.rename, name="rename"),
    path("staff/<edition:slug>/talks/<code:code>/put-back/", talks.put_back, name="put-back"),
    path("staff/<edition:slug>/tracks/", partners.tracks, name="tracks"),
    path("staff/<edition:slug>/tracks/<slug:name>/", partners.track_edit, name="track-edit"),
    path("files/tracks/<str:name>", partners.logo, name="track-logo"),
    path("staff/<edition:slug>/speakers/tickets/", tickets.speaker_tickets, name="speaker-tickets"),
    path("staff/<edition:slug>/speakers/tickets/give/", tickets.give_missing, name="give-missing"),
]
