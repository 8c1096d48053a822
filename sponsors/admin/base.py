"""What the tables of this floor share."""

from scale.admin import EditionAdmin
from scale.models import Conference, User

from ..models import COMMITTEE


class SponsorsAdmin(EditionAdmin):
    """Writes only what was changed in the form, so that nothing taken or signed meanwhile
    is put back; owners come from the committees."""

    def save_model(self, request, obj, form, change):
        obj.save(update_fields=form.changed_data) if change else obj.save()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.related_model is User:
            allowed = self.allowed_editions(request, "change")
            roles = {"staff_roles__role__in": [*COMMITTEE, "chair"]}
            if allowed is not None:
                roles["staff_roles__conference__in"] = allowed
            kwargs["queryset"] = User.objects.filter(**roles).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class SharedAdmin(SponsorsAdmin):
    """Tables that outlive editions; who has a role in closed editions alone may look only."""

    edition_path = None

    def allowed_editions(self, request, verb="view"):
        allowed = super().allowed_editions(request, verb)
        if allowed and verb != "view":
            return allowed & open_editions(request)
        return allowed


def open_editions(request):
    """Asked once a request: the list of tables asks for each table and verb."""
    if not hasattr(request, "open_editions"):
        still_open = Conference.objects.filter(closed_at=None)
        request.open_editions = set(still_open.values_list("pk", flat=True))
    return request.open_editions


class AmountsAdmin(SponsorsAdmin):
    """Tables that show amounts: who may only look, elsewhere, must not even do that here."""

    def allowed_editions(self, request, verb="view"):
        return super().allowed_editions(request, "change" if verb == "view" else verb)
