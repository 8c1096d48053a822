from django.contrib import admin
from django.urls import include, path

from . import paths  # noqa: F401  (registers the converters)
from .views import public, staff

kernel = (
    [
        path("staff/<edition:slug>/setup/", staff.setup, name="setup"),
        path("staff/<edition:slug>/health/", staff.health_page, name="health"),
        path("staff/<edition:slug>/mail/", staff.mail_doubts, name="mail-doubts"),
        path("staff/<edition:slug>/mail/decide/", staff.mail_decide, name="mail-decide"),
        path("staff/<edition:slug>/next/", staff.next_edition, name="next-edition"),
        path("staff/<edition:slug>/close/", staff.close_edition, name="close-edition"),
        path("staff/<edition:slug>/reopen/", staff.reopen_edition, name="reopen-edition"),
        path("staff/<edition:slug>/person/", staff.person, name="person"),
        path("dev/mail/", public.dev_mail, name="dev-mail"),
        path("dev/mail/<str:name>/", public.dev_mail_one, name="dev-mail-one"),
        path("dev/mail/<str:name>/<int:number>/", public.dev_mail_part, name="dev-mail-part"),
    ],
    "scale",
)

urlpatterns = [
    path("healthz", public.healthz, name="healthz"),
    path("metrics", public.metrics, name="metrics"),
    path("robots.txt", public.robots, name="robots"),
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

handler400 = public.bad_request
handler403 = public.forbidden
handler404 = public.not_found
handler500 = public.server_error
