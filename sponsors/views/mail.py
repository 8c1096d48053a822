"""The shared mailbox: what waits to be sorted, one mail, and mails that are written here."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale.auth import staff_page
from scale.uploads import send_private

from .. import actions
from ..forms import FindForm, MailContactForm, MailSearchForm, WriteForm
from ..mail import show as foreign
from ..mail.suggest import by_domain
from ..models import Conversation, IgnoredSender, Mail, MailAttachment, Organization
from . import WRITERS, acted, pressed
from .conversations import to_conversation
from .organizations import find

LINES = 50
FOUND = 10  # organizations offered to attach a mail to
THREADS = 6  # conversations of each
NAMES = 1000  # organizations that the form for a contact offers
Status = Mail.Status


@require_GET
@staff_page(*WRITERS)
def mails(request, conference):
    form = MailSearchForm(request.GET)
    form.is_valid()  # what cannot be read is said beside its field and narrows nothing
    asked = form.cleaned_data
    rows = Mail.objects.listed().in_box(asked.get("box") or "triage")
    if words := asked.get("q"):
        rows = rows.search(words)
    orders = {"oldest": ("sent_at", "pk"), "sender": ("party_address", "-sent_at", "-pk")}
    rows = rows.order_by(*orders.get(asked.get("sort"), ("-sent_at", "-pk")))
    page = Paginator(rows, LINES).get_page(request.GET.get("page"))
    suggested = by_domain([one for one in page if one.is_waiting])
    for one in page:
        one.suggested = suggested.get(one.domain, []) if one.is_waiting else []
    undo = str(request.GET.get("ignored", ""))
    context = {
        "conference": conference,
        "form": form,
        "page": page,
        "narrowed": bool(asked.get("q") or asked.get("box")),
        "may_write": not conference.is_closed,
        "is_set_up": bool(settings.MAILBOXES),
        "just_ignored": IgnoredSender.objects.filter(pk=undo).first()
        if undo.isdecimal() and len(undo) < 19
        else None,
    }
    return render(request, "sponsors/mails.html", context)


def find_mail(pk):
    rows = Mail.objects.select_related(
        "conversation__organization", "conversation__conference", "contact", "outgoing"
    )
    return get_object_or_404(rows.prefetch_related("attachments"), pk=pk)


@require_GET
@staff_page(*WRITERS)
def mail(request, conference, pk):
    row = find_mail(pk)
    context = {
        "conference": conference,
        "mail": row,
        "document": foreign.document(row.html),
        "pictures": foreign.pictures(row.html),
        "suggested": by_domain([row]).get(row.domain, []) if row.is_waiting else [],
        "may_write": not conference.is_closed,
        "is_set_up": bool(settings.MAILBOXES),
    }
    return render(request, "sponsors/mail.html", context)


@require_GET
@staff_page(*WRITERS)
def mail_file(request, conference, pk, file):
    """What came with a mail, as a download, whatever it is."""
    row = get_object_or_404(MailAttachment, mail=pk, pk=file)
    if not row.file or not row.file.storage.exists(row.file.name):
        raise Http404
    return send_private(row.file, row.name)


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def mail_attach(request, conference, pk):
    """Into a conversation, or a new one with an organization; likely ones are offered first."""
    row = find_mail(pk)
    if request.method == "POST":
        goal = one_number(request.POST, "conversation", "organization")
        attached = pressed(request, actions.attach_mail, conference, row.pk, request.user, **goal)
        if attached:
            messages.success(request, f"The mail stands in “{attached.conversation}” now.")
            return redirect("sponsors:mails", conference.slug)
        return redirect("sponsors:mail-attach", conference.slug, pk)
    form = FindForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    if words:
        found = list(with_threads(Organization.objects.search(words).order_by("name", "pk")))
    else:
        likely = by_domain([row]).get(row.domain, [])
        found = list(with_threads(Organization.objects.filter(pk__in=[one.pk for one in likely])))
    for one in found:
        one.threads = [thread for thread in one.threads if not thread.why_not(request.user)][
            :THREADS
        ]
    context = {
        "conference": conference,
        "mail": row,
        "form": form,
        "words": words,
        "found": found,
        "may_write": not conference.is_closed,
    }
    return render(request, "sponsors/mail_attach.html", context)


def one_number(data, *names):
    """{name: number} of the one that was sent."""
    for name in names:
        given = data.get(name, "")
        if given.isascii() and given.isdecimal() and len(given) < 19:
            return {name: int(given)}
    raise BadRequest


def with_threads(organizations):
    threads = Conversation.objects.latest_first().select_related("conference")
    return organizations.prefetch_related(Prefetch("conversations", threads, to_attr="threads"))[
        :FOUND
    ]


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def mail_contact(request, conference, pk):
    row = find_mail(pk)
    likely = by_domain([row]).get(row.domain, [])
    initial = {
        "name": row.party_name,
        "email": row.party_address,
        "organization": likely[0].name if len(likely) == 1 else "",
    }
    form = MailContactForm(request.POST or None, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and (made := acted(form, actions.add_contact_of_mail, conference, row.pk, **form.facts()))
    ):
        messages.success(request, f"{made.name} is a contact of {made.organization} now.")
        return redirect("sponsors:mails", conference.slug)
    names = Organization.objects.order_by("name").values_list("name", flat=True)[:NAMES]
    context = {"conference": conference, "mail": row, "form": form, "names": names}
    return render(request, "sponsors/mail_contact.html", context)


@require_POST
@staff_page(*WRITERS)
def mail_ignore(request, conference, pk):
    find_mail(pk)
    row = pressed(request, actions.ignore_sender, conference, pk, request.user)
    if row is None:
        return redirect("sponsors:mail", conference.slug, pk)
    return redirect(f"{reverse('sponsors:mails', args=[conference.slug])}?ignored={row.pk}")


@require_GET
@staff_page(*WRITERS)
def ignored(request, conference):
    rows = IgnoredSender.objects.select_related("by")
    form = FindForm(request.GET)
    form.fields["q"].label = "Address"
    words = form.cleaned_data["q"] if form.is_valid() else ""
    if words:
        rows = rows.filter(address__icontains=words)
    context = {
        "conference": conference,
        "form": form,
        "words": words,
        "page": Paginator(rows, LINES).get_page(request.GET.get("page")),
        "may_write": not conference.is_closed,
    }
    return render(request, "sponsors/ignored.html", context)


@require_POST
@staff_page(*WRITERS)
def ignored_undo(request, conference, pk):
    if address := pressed(request, actions.listen_again, conference, pk):
        messages.success(request, f"Mail of {address} is to be sorted again.")
    return redirect("sponsors:mails", conference.slug)


# --- written here ----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def mail_reply(request, conference, pk):
    row = find_mail(pk)
    if row.conversation is None:
        messages.info(request, "Say first where this mail belongs, then answer it.")
        return redirect("sponsors:mail", conference.slug, pk)
    initial = WriteForm.answer_to(row)
    return write(
        request, conference, row.conversation.organization, row.conversation, initial, answers=row
    )


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def conversation_mail(request, conference, pk):
    thread = get_object_or_404(
        Conversation.objects.select_related("organization", "conference"), pk=pk
    )
    last = thread.mails.filter(status=Status.ATTACHED).order_by("-sent_at", "-pk").first()
    initial = {"subject": thread.subject, "contact": last.contact_id if last else None}
    return write(request, conference, thread.organization, thread, initial, answers=last)


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def organization_mail(request, conference, pk):
    given = str(request.GET.get("contact", ""))
    return write(request, conference, find(pk), None, {"contact": given})


def write(request, conference, organization, thread, initial, *, answers=None):
    contacts = list(organization.contacts.first_to_call())
    form = WriteForm(
        request.POST or None, request.FILES or None, contacts=contacts, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        sent = acted(
            form,
            actions.write_mail,
            conference,
            organization,
            request.user,
            conversation=thread and thread.pk,
            answers=answers,
            **form.cleaned_data,
        )
        if sent:
            messages.success(request, f"The mail to {sent.party_name} is on its way.")
            return to_conversation(conference, sent.conversation)
    context = {
        "conference": conference,
        "organization": organization,
        "conversation": thread,
        "answers": answers,
        "form": form,
        "reachable": any(one.email for one in contacts),
        "is_set_up": bool(settings.MAILBOXES),
    }
    return render(request, "sponsors/mail_write.html", context)
