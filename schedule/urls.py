from django.urls import path

from .views import board, crew, imports, plan, plans, public, releases, tracks

app_name = "schedule"

urlpatterns = [
    path("<edition:slug>/schedule/", public.schedule, name="schedule"),
    path("<edition:slug>/schedule/<str:day>/", public.day, name="day"),
    path("<edition:slug>/schedule.ics", public.ics, name="ics"),
    path("<edition:slug>/signs", public.signs, name="signs"),
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
    path("<edition:slug>/rooms/<slug:code>/count/<str:secret>/", crew.count, name="count"),
    path("staff/<edition:slug>/crew/", crew.rooms, name="crew"),
    path("staff/<edition:slug>/crew/speakers/", crew.speakers, name="crew-speakers"),
    path("staff/<edition:slug>/crew/counts/", crew.counts, name="head-counts"),
    path("staff/<edition:slug>/crew/<slug:code>/<str:day>/", crew.sheet, name="crew-sheet"),
    path(
        "staff/<edition:slug>/crew/<slug:code>/<str:day>/sheet.pdf",
        crew.sheet_pdf,
        name="crew-sheet-pdf",
    ),
    path("staff/<edition:slug>/board/", board.board, name="board"),
    path("staff/<edition:slug>/board/data/", board.data, name="board-data"),
    path("staff/<edition:slug>/board/edit/", board.edit, name="board-edit"),
    path("staff/<edition:slug>/plans/", plans.plans, name="plans"),
    path("staff/<edition:slug>/plans/<int:pk>/", plans.compare, name="compare"),
    path("staff/<edition:slug>/plans/<int:pk>/publish/", plans.publish, name="publish"),
    path("staff/<edition:slug>/plans/<int:pk>/change/", plans.change, name="plan-change"),
    path("staff/<edition:slug>/releases/", releases.releases, name="releases"),
    path("staff/<edition:slug>/releases/compare/", releases.compare, name="releases-compare"),
    path("staff/<edition:slug>/releases/<int:number>/", releases.release, name="release"),
    path("staff/<edition:slug>/releases/<int:number>/schedule/", releases.rebuilt, name="rebuilt"),
    path("staff/<edition:slug>/releases/<int:number>/revert/", releases.revert, name="revert"),
    path("staff/<edition:slug>/import/", imports.import_schedule, name="import"),
    path("staff/<edition:slug>/import/<int:number>/", imports.import_report, name="import-report"),
]
