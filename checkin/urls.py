from django.urls import path

from .views import admissions, badges, devices, printing, queue, staff

app_name = "checkin"

urlpatterns = [
    path("door/", devices.door, name="door"),
    path("door/scan/", devices.scan, name="scan"),
    path("door/scans/", queue.scans, name="scans"),
    path("door/tickets/", queue.tickets, name="tickets"),
    path("door/search/", queue.search, name="search"),
    path("door/undo/", devices.undo, name="undo"),
    path("door/state/", devices.state, name="state"),
    path("door/pair/", devices.pair_by_hand, name="pair-by-hand"),
    path("door/pair/<str:secret>/", devices.pair, name="pair"),
    path("door/print/", printing.printer, name="printer"),
    path("door/print/claim/", printing.claim, name="print-claim"),
    path("door/print/page.css", printing.print_page_size, name="print-page-size"),
    path("door/print/<int:pk>/<int:attempt>/badge.pdf", printing.print_pdf, name="print-pdf"),
    path("door/print/<int:pk>/<int:attempt>/badge.svg", printing.print_picture, name="print-svg"),
    path("door/print/<int:pk>/<int:attempt>/report/", printing.report, name="print-report"),
    path("staff/<edition:slug>/badges/", badges.badges, name="badges"),
    path("staff/<edition:slug>/badges/print/", badges.print_several, name="badges-print"),
    path("staff/<edition:slug>/badges/layout/", badges.layout, name="badge-layout"),
    path("staff/<edition:slug>/badges/layout.svg", badges.layout_picture, name="badge-layout-svg"),
    path("staff/<edition:slug>/badges/layout.pdf", badges.layout_pdf, name="badge-layout-pdf"),
    path("staff/<edition:slug>/badges/sheets/<uuid:run>/", badges.run, name="badge-run"),
    path("staff/<edition:slug>/badges/sheets/<uuid:run>.pdf", badges.run_pdf, name="badge-run-pdf"),
    path("staff/<edition:slug>/badges/<str:code>/", badges.badge, name="badge"),
    path("staff/<edition:slug>/badges/<str:code>/badge.svg", badges.picture, name="badge-svg"),
    path("staff/<edition:slug>/badges/<str:code>/badge.pdf", badges.badge_pdf, name="badge-pdf"),
    path("staff/<edition:slug>/printers/", badges.printers, name="printers"),
    path("staff/<edition:slug>/printers/<int:pk>/again/", badges.again, name="print-again"),
    path("staff/<edition:slug>/door/", staff.live, name="live"),
    path("staff/<edition:slug>/door/conflicts/", admissions.conflicts, name="conflicts"),
    path("staff/<edition:slug>/door/conflicts/<int:pk>/", admissions.settle, name="settle"),
    path("staff/<edition:slug>/door/out/<int:pk>/", admissions.take_out, name="take-out"),
    path("staff/<edition:slug>/door/paper/<int:pk>/", admissions.paper, name="paper"),
    path("staff/<edition:slug>/door/<str:code>/", admissions.ticket, name="admission"),
    path("staff/<edition:slug>/stations/", staff.stations, name="stations"),
    path("staff/<edition:slug>/stations/<int:pk>/", staff.station, name="station"),
    path("staff/<edition:slug>/stations/<int:pk>/pair/", staff.station_pair, name="station-pair"),
    path(
        "staff/<edition:slug>/stations/<int:pk>/revoke/",
        staff.station_revoke,
        name="station-revoke",
    ),
]
