from django.urls import path

from . import views

app_name = "sponsors"

urlpatterns = [
    path("<edition:slug>/sponsors/", views.sponsors, name="sponsors"),
    path("staff/<edition:slug>/organizations/", views.organizations, name="organizations"),
]
