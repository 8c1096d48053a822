from django.urls import path

from .views import browser, favourites, imports, now, plan, public, tracks

app_name = "schedule"

urlpatterns = [
    path("<edition:slug>/schedule/", public.schedule, name="schedule"),
    path("<edition:slug>/schedule/<str:day>/", public.day, name="day"),
    path("<edition:slug>/schedule.ics", public.ics, name="ics"),
    path("<edition:slug>/signs", public.signs, name="signs"),
    path("<edition:slug>/now/", now.now, name="now"),
    path("<edition:slug>/my-schedule/", favourites.my_schedule, name="my-schedule"),
    path("<edition:slug>/my-schedule/talks/", favourites.chosen, name="chosen"),
    path("<edition:slug>/my-schedule/sync/", favourites.sync, name="sync"),
    path("<edition:slug>/my-schedule/link/", favourites.link, name="my-link"),
    path(
        "<edition:slug>/my-schedule/<code:code>/<str:secret>.ics",
        favourites.calendar,
        name="my-calendar",
    ),
    path("<edition:slug>/changes/", now.changes, name="changes"),
    path("<edition:slug>/sw.js", browser.worker, name="worker"),
    path("<edition:slug>/manifest.webmanifest", browser.manifest, name="manifest"),
    path("<edition:slug>/talks/<code:code>.png", browser.picture, name="picture"),
    path("<edition:slug>/talks/<named:code>/", public.talk, name="talk"),
    path("<edition:slug>/speakers/", public.speakers, name="speakers"),
    path("<edition:slug>/speakers/<named:code>/", public.speaker, name="speaker"),
    path("<edition:slug>/announced/", tracks.announced, name="announced"),
    path("<edition:slug>/tracks/<slug:code>/", tracks.track, name="track"),
    path("<edition:slug>/rooms/", public.rooms, name="rooms"),
    path("<edition:slug>/rooms/<slug:code>/", public.room, name="room"),
    path("<edition:slug>/rooms/<slug:code>/sign/", now.sign, name="sign"),
    path("<edition:slug>/board/", now.board, name="board"),
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
