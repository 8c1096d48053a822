from django.contrib import admin
from django.urls import include, path

from . import paths, views  # noqa: F401  (paths registers the converters)

kernel = (
    [
        path("staff/<edition:slug>/health/", views.health_page, name="health"),
        path("staff/<edition:slug>/mail/", views.mail_doubts, name="mail-doubts"),
        path("staff/<edition:slug>/mail/<int:pk>/", views.mail_decide, name="mail-decide"),
        path("staff/<edition:slug>/next/", views.next_edition, name="next-edition"),
        path("staff/<edition:slug>/close/", views.close_edition, name="close-edition"),
        path("staff/<edition:slug>/reopen/", views.reopen_edition, name="reopen-edition"),
        path("staff/<edition:slug>/person/", views.person, name="person"),
        path("dev/mail/", views.dev_mail, name="dev-mail"),
        path("dev/mail/<str:name>/", views.dev_mail_one, name="dev-mail-one"),
    ],
    "scale",
)

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("metrics", views.metrics, name="metrics"),
    path("robots.txt", views.robots, name="robots"),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("", include(kernel)),
    path("", include("pages.urls")),
    path("", include("checkin.urls")),
    path("", include("schedule.urls")),
    path("", include("sponsors.urls")),
    path("", include("cfp.urls")),
    path("", include("registration.urls")),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
