"""What machines ask for, the error pages, and the demo's mail."""

import functools
import hmac
import re
from email import policy
from email.parser import BytesParser
from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, multiprocess

from .. import health


@require_GET
@never_cache
def healthz(request):
    """For load balancers: 200 or 503 and one word a check; the sentences are for staff."""
    findings = health.run()
    healthy = all(finding.ok for finding in findings.values())
    words = {name: "ok" if finding.ok else "failing" for name, finding in findings.items()}
    # A worker that is away delays mail; it is no reason to take the website down.
    serving = findings["database"].ok
    return JsonResponse({"healthy": healthy, "checks": words}, status=200 if serving else 503)


@require_GET
@never_cache
def metrics(request):
    """Prometheus; private: a bearer token, or nothing is here."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.METRICS_TOKEN
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise Http404
    if settings.PROMETHEUS_MULTIPROC_DIR:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


@require_GET
def robots(request):
    lines = ["User-agent: *", "Disallow: /staff/", "Disallow: /account/", "Disallow: /door/", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


# --- error pages -----------------------------------------------------------------------------


def for_program(request, status, says):
    """Programs get their bad news in the shape of everything else that they read."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": says}, status=status)
    return None


def bad_request(request, exception=None):
    said = for_program(request, 400, "This cannot be read.")
    return said or render(request, "400.html", status=400)


def forbidden(request, exception=None):
    return render(request, "403.html", {"says": str(exception or "")}, status=403)


def not_found(request, exception=None):
    said = for_program(request, 404, "Nothing is here.")
    return said or render(request, "404.html", status=404)


def server_error(request):
    """Asks no database; and where even the template fails, a sentence is left."""
    if said := for_program(request, 500, "Something broke here."):
        return said
    try:
        return render(request, "500.html", status=500)
    except Exception:
        return HttpResponse("Something broke here. Please try again in a minute.", status=500)


def csrf_failure(request, reason=""):
    return render(request, "403_csrf.html", status=403)


# --- demo: mail in the browser ---------------------------------------------------------------

PICTURES = ("image/png", "image/jpeg", "image/gif")


def demo_only(view):
    @functools.wraps(view)
    def guarded(request, *args, **kwargs):
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@demo_only
@require_GET
def dev_mail(request):
    """The mails in var/mail/, newest first."""
    paths = sorted(Path(settings.MAIL_FOLDER).glob("*.eml"), reverse=True)
    page = Paginator(paths, 50).get_page(request.GET.get("page"))
    rows = [{"name": path.stem, "mail": read_mail(path.stem)} for path in page]
    return render(request, "scale/dev_mail.html", {"page": page, "rows": rows})


@demo_only
@require_GET
def dev_mail_one(request, name):
    mail = read_mail(name)
    body = mail.get_body(("plain",))
    parts = [
        {"number": n, "name": part.get_filename(), "shown": part.get_content_type() in PICTURES}
        for n, part in enumerate(mail.iter_attachments())
    ]
    context = {"mail": mail, "text": body.get_content() if body else "", "parts": parts}
    return render(request, "scale/dev_mail_one.html", context | {"name": name})


@demo_only
@require_GET
def dev_mail_part(request, name, number):
    """One attachment: pictures are shown, everything else is a download."""
    parts = list(read_mail(name).iter_attachments())
    if number >= len(parts):
        raise Http404
    kind = parts[number].get_content_type()
    content = parts[number].get_payload(decode=True)
    if kind not in PICTURES:
        kind = "application/octet-stream"
    response = HttpResponse(content, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    if kind not in PICTURES:
        response["Content-Disposition"] = content_disposition_header(
            True, parts[number].get_filename() or "attachment"
        )
    return response


def read_mail(name):
    path = Path(settings.MAIL_FOLDER) / f"{name}.eml"
    if not re.fullmatch(r"[0-9a-f-]{1,60}", name) or not path.exists():
        raise Http404
    return BytesParser(policy=policy.default).parsebytes(path.read_bytes())
