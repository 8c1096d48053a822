from django.http import HttpResponse


def sponsors(request, **kwargs):
    return HttpResponse("")


def organizations(request, **kwargs):
    return HttpResponse("")
