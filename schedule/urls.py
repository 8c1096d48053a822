from django.urls import path

from . import api
from .views import feeds, imports, plan, public, tracks

app_name = "schedule"

urlpatterns = [
    path("<edition:slug>/schedule/", public.schedule, name="schedule"),
    path("<edition:slug>/schedule/<str:day>/", public.day, name="day"),
    path("<edition:slug>/schedule.ics", feeds.whole_ics, name="ics"),
    path("<edition:slug>/tracks/<slug:code>.ics", feeds.track_ics, name="track-ics"),
    path("<edition:slug>/rooms/<slug:code>.ics", feeds.room_ics, name="room-ics"),
    path("<edition:slug>/speakers/<code:code>.ics", feeds.speaker_ics, name="speaker-ics"),
    path("<edition:slug>/schedule.xml", feeds.schedule_xml, name="xml"),
    path("<edition:slug>/schedule.json", feeds.schedule_json, name="json"),
    path("<edition:slug>/guidebook.csv", feeds.guidebook_csv, name="guidebook"),
    path("<edition:slug>/signs", feeds.sign_feed, name="signs"),
    path("<edition:slug>/app", feeds.app, name="app"),
    # Where programs have looked for years.
    path("scale/<edition:slug>/signs", feeds.sign_feed, name="old-signs"),
    path("scale/<edition:slug>/app", feeds.app, name="old-app"),
    path("api/tracks/<edition:slug>", feeds.tracks, name="tracks-feed"),
    path("api/v1/<slug:slug>/rooms/", api.RoomList.as_view(), name="api-rooms"),
    path("api/v1/<slug:slug>/rooms/<str:code>/", api.OneRoom.as_view(), name="api-room"),
    path("api/v1/<slug:slug>/slots/", api.SlotList.as_view(), name="api-slots"),
    path("api/v1/<slug:slug>/slots/<str:uuid>/", api.OneSlot.as_view(), name="api-slot"),
    path("<edition:slug>/talks/<named:code>/", public.talk, name="talk"),
    path("<edition:slug>/speakers/", public.speakers, name="speakers"),
    path("<edition:slug>/speakers/<named:code>/", public.speaker, name="speaker"),
    path("<edition:slug>/announced/", tracks.announced, name="announced"),
    path("<edition:slug>/tracks/<slug:code>/", tracks.track, name="track"),
    path("<edition:slug>/rooms/", public.rooms, name="rooms"),
    path("<edition:slug>/rooms/<slug:code>/", public.room, name="room"),
    path("files/speakers/<code:code>.png", public.speaker_photo, name="photo"),
    path("staff/<edition:slug>/rooms/", plan.plan, name="plan"),
    path("staff/<edition:slug>/rooms/place/", plan.place, name="place"),
    path("staff/<edition:slug>/rooms/move/", plan.change_move, name="change-move"),
    path("staff/<edition:slug>/rooms/publish/", plan.publish, name="publish"),
    path("staff/<edition:slug>/releases/", plan.releases, name="releases"),
    path("staff/<edition:slug>/releases/<int:number>/", plan.release, name="release"),
    path("staff/<edition:slug>/import/", imports.import_schedule, name="import"),
    path("staff/<edition:slug>/import/<int:number>/", imports.import_report, name="import-report"),
]
