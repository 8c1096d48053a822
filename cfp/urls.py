from django.urls import path

from . import views

app_name = "cfp"

urlpatterns = [
    path("<edition:slug>/call/", views.call, name="call"),
    path("<edition:slug>/call/submit/", views.submit, name="submit"),
    path("my/talks/", views.my_talks, name="my-talks"),
    path("staff/<edition:slug>/reviews/", views.reviews, name="reviews"),
    path("staff/<edition:slug>/talks/", views.talks, name="talks"),
]
