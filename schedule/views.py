from django.http import HttpResponse


def schedule(request, **kwargs):
    return HttpResponse("")


def day(request, **kwargs):
    return HttpResponse("")


def talk(request, **kwargs):
    return HttpResponse("")


def speakers(request, **kwargs):
    return HttpResponse("")


def speaker(request, **kwargs):
    return HttpResponse("")


def rooms(request, **kwargs):
    return HttpResponse("")


def room(request, **kwargs):
    return HttpResponse("")


def ics(request, **kwargs):
    return HttpResponse("")


def signs(request, **kwargs):
    return HttpResponse("")


def plan(request, **kwargs):
    return HttpResponse("")


def import_schedule(request, **kwargs):
    return HttpResponse("")
