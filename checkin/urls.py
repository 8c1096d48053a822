from django.urls import path

from . import views

app_name = "checkin"

urlpatterns = [
    path("door/", views.door, name="door"),
    path("staff/<edition:slug>/stations/", views.stations, name="stations"),
]
