from django.http import HttpResponse


def door(request, **kwargs):
    return HttpResponse("")


def stations(request, **kwargs):
    return HttpResponse("")
