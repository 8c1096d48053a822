from django.urls import path

from . import views

app_name = "schedule"

urlpatterns = [
    path("<edition:slug>/schedule/", views.schedule, name="schedule"),
    path("<edition:slug>/schedule/<str:day>/", views.day, name="day"),
    path("<edition:slug>/talks/<named:code>/", views.talk, name="talk"),
    path("<edition:slug>/speakers/", views.speakers, name="speakers"),
    path("<edition:slug>/speakers/<named:code>/", views.speaker, name="speaker"),
    path("<edition:slug>/rooms/", views.rooms, name="rooms"),
    path("<edition:slug>/rooms/<slug:code>/", views.room, name="room"),
    path("<edition:slug>/schedule.ics", views.ics, name="ics"),
    path("<edition:slug>/signs", views.signs, name="signs"),
    path("staff/<edition:slug>/rooms/", views.plan, name="plan"),
    path("staff/<edition:slug>/import/", views.import_schedule, name="import"),
]
