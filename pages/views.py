from django.http import HttpResponse


def root(request, **kwargs):
    return HttpResponse("")


def front(request, **kwargs):
    return HttpResponse("")


def edition_css(request, **kwargs):
    return HttpResponse("")


def staff(request, **kwargs):
    return HttpResponse("")


def staff_home(request, **kwargs):
    return HttpResponse("")


def after_login(request, **kwargs):
    return HttpResponse("")


def dev_login(request, **kwargs):
    return HttpResponse("")
