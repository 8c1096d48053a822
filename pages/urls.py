from django.urls import path

from . import demo_views, views

app_name = "pages"

urlpatterns = [
    path("", views.root, name="root"),
    path("<edition:slug>/", views.front, name="front"),
    path("<edition:slug>/edition.css", views.edition_css, name="edition-css"),
    path("staff/", views.staff, name="staff"),
    path("staff/<edition:slug>/", views.staff_home, name="staff-home"),
    path("after-login/", views.after_login, name="after-login"),
    path("dev/login/", demo_views.dev_login, name="dev-login"),
]
