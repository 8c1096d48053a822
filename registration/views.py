from django.http import HttpResponse


def tickets(request, **kwargs):
    return HttpResponse("")


def checkout(request, **kwargs):
    return HttpResponse("")


def order(request, **kwargs):
    return HttpResponse("")


def my_orders(request, **kwargs):
    return HttpResponse("")
