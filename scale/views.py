import hmac
import re
from email import policy
from email.parser import BytesParser
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, multiprocess

from . import editions, email, health, privacy
from .auth import staff_page
from .forms import ConfirmForm, NextEditionForm, PersonForm
from .models import OutgoingEmail, Role


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


def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


def forbidden(request, exception=None):
    return render(request, "403.html", status=403)


def not_found(request, exception=None):
    return render(request, "404.html", status=404)


def server_error(request):
    return render(request, "500.html", status=500)


def csrf_failure(request, reason=""):
    return render(request, "403_csrf.html", status=403)


# --- staff: health, mail, people, editions ---------------------------------------------------


@require_GET
@staff_page(Role.CHAIR)
def health_page(request, conference):
    return render(
        request, "scale/health.html", {"conference": conference, "findings": health.run()}
    )


@require_GET
@staff_page(Role.COMMUNICATIONS)
def mail_doubts(request, conference):
    """Mails that were maybe sent or could not be sent: staff decide."""
    rows = OutgoingEmail.objects.filter(
        conference=conference,
        status__in=[OutgoingEmail.Status.IN_DOUBT, OutgoingEmail.Status.FAILED],
    )[:200]
    return render(request, "scale/mail_doubts.html", {"conference": conference, "rows": rows})


@require_POST
@staff_page(Role.COMMUNICATIONS)
def mail_decide(request, conference, pk):
    row = get_object_or_404(OutgoingEmail, pk=pk, conference=conference)
    again = request.POST.get("again") == "1"
    if email.decide(row, again):
        messages.success(request, "It will be sent again." if again else "It is left as it is.")
    else:
        messages.info(request, "Someone has decided on this mail already.")
    return redirect("scale:mail-doubts", conference.slug)


@require_http_methods(["GET", "POST"])
@staff_page(Role.CHAIR)
def next_edition(request, conference):
    form = NextEditionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            new = editions.create_next(conference, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{new} is set up; it is not public yet.")
            return redirect("pages:staff-home", new.slug)
    return render(request, "scale/next_edition.html", {"conference": conference, "form": form})


@require_http_methods(["GET", "POST"])
@staff_page(Role.CHAIR)
def close_edition(request, conference):
    form = ConfirmForm(request.POST or None, word=conference.slug, label="Close this edition")
    if request.method == "POST" and form.is_valid():
        editions.close(conference)
        messages.success(request, f"{conference} is closed and can only be read.")
        return redirect("pages:staff-home", conference.slug)
    return render(request, "scale/close_edition.html", {"conference": conference, "form": form})


@require_POST
@staff_page(Role.CHAIR)
def reopen_edition(request, conference):
    editions.reopen(conference)
    return redirect("scale:close-edition", conference.slug)


@require_http_methods(["GET", "POST"])
@staff_page(Role.CHAIR)
def person(request, conference):
    """Everything the database holds about one address; POST erases it.

    A person's data spans editions, so only who runs the whole site may erase.
    """
    form = PersonForm(request.GET or None)
    found, erase_form = None, None
    if request.GET and form.is_valid():
        address = form.cleaned_data["email"]
        found = privacy.show(address)
        erase_form = ConfirmForm(request.POST or None, word="erase", label="Erase for good")
        if request.method == "POST":
            if not request.user.is_superuser:
                raise PermissionDenied
            if erase_form.is_valid():
                rows = privacy.erase(address)
                messages.success(request, f"{rows} rows were erased or blanked.")
                return redirect("scale:person", conference.slug)
    context = {"conference": conference, "form": form, "found": found, "erase_form": erase_form}
    return render(request, "scale/person.html", context)


# --- demo: mail in the browser ---------------------------------------------------------------


def demo_only(view):
    def guarded(request, *args, **kwargs):
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@demo_only
@require_GET
def dev_mail(request):
    """The mails in var/mail/, newest first."""
    paths = sorted(Path(settings.MAIL_FOLDER).glob("*.eml"), reverse=True)[:200]
    rows = [{"name": path.stem, "mail": _read(path)} for path in paths]
    return render(request, "scale/dev_mail.html", {"rows": rows})


@demo_only
@require_GET
def dev_mail_one(request, name):
    path = Path(settings.MAIL_FOLDER) / f"{name}.eml"
    if not re.fullmatch(r"[0-9a-f-]+", name) or not path.exists():
        raise Http404
    mail = _read(path)
    body = mail.get_body(("plain",))
    parts = [part.get_filename() for part in mail.iter_attachments()]
    context = {"mail": mail, "text": body.get_content() if body else "", "parts": parts}
    return render(request, "scale/dev_mail_one.html", context)


def _read(path):
    return BytesParser(policy=policy.default).parsebytes(path.read_bytes())
