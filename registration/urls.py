from django.urls import path

from . import views

app_name = "registration"

urlpatterns = [
    path("<edition:slug>/tickets/", views.tickets, name="tickets"),
    path("<edition:slug>/tickets/checkout/", views.checkout, name="checkout"),
    path("<edition:slug>/orders/<code:code>/<str:secret>/", views.order, name="order"),
    path("my/orders/", views.my_orders, name="my-orders"),
]
