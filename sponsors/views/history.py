"""What was said with one person, wherever they were."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from scale.auth import staff_page

from ..models import Contact, Note
from . import READERS, rights_of

NOTES = 50


@require_GET
@staff_page(*READERS)
def contact_history(request, conference, pk):
    """Where a person was; what was said with them there is the committee's own."""
    way = get_object_or_404(Contact, pk=pk).way()
    rights = rights_of(request.user, conference)
    notes = Note.objects.filter(contact__in=way) if rights["insider"] else Note.objects.none()
    notes = notes.select_related("author", "contact", "conversation__organization")
    notes = notes.prefetch_related("files")
    contact = next(row for row in way if row.pk == pk)
    others = Contact.objects.filter(organization=contact.organization_id).exclude(pk=pk)
    context = {
        "conference": conference,
        "contact": contact,
        "others": others if rights["may_write"] else [],
        "way": way,
        "page": Paginator(notes, NOTES).get_page(request.GET.get("page")),
        **rights,
    }
    return render(request, "sponsors/contact_history.html", context)
