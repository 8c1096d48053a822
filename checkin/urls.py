from django.urls import path

from .views import devices, queue, staff

app_name = "checkin"

urlpatterns = [
    path("door/", devices.door, name="door"),
    path("door/scan/", devices.scan, name="scan"),
    path("door/scans/", queue.scans, name="scans"),
    path("door/undo/", devices.undo, name="undo"),
    path("door/state/", devices.state, name="state"),
    path("door/pair/", devices.pair_by_hand, name="pair-by-hand"),
    path("door/pair/<str:secret>/", devices.pair, name="pair"),
    path("staff/<edition:slug>/door/", staff.live, name="live"),
    path("staff/<edition:slug>/stations/", staff.stations, name="stations"),
    path("staff/<edition:slug>/stations/<int:pk>/", staff.station, name="station"),
    path("staff/<edition:slug>/stations/<int:pk>/pair/", staff.station_pair, name="station-pair"),
    path(
        "staff/<edition:slug>/stations/<int:pk>/revoke/",
        staff.station_revoke,
        name="station-revoke",
    ),
]
