from django.http import HttpResponse


def call(request, **kwargs):
    return HttpResponse("")


def submit(request, **kwargs):
    return HttpResponse("")


def my_talks(request, **kwargs):
    return HttpResponse("")


def reviews(request, **kwargs):
    return HttpResponse("")


def talks(request, **kwargs):
    return HttpResponse("")
