from django.urls import path

from .views import conversations, deals, organizations, public

app_name = "sponsors"
STAFF = "staff/<edition:slug>"
ONE = f"{STAFF}/organizations/<int:pk>"

urlpatterns = [
    path("<edition:slug>/sponsors/", public.sponsors, name="sponsors"),
    path("files/logos/<str:name>", public.logo, name="logo"),
    path(f"{STAFF}/organizations/", organizations.organizations, name="organizations"),
    path(f"{STAFF}/organizations/new/", organizations.organization_new, name="organization-new"),
    path(f"{ONE}/", organizations.organization, name="organization"),
    path(f"{ONE}/edit/", organizations.organization_edit, name="organization-edit"),
    path(f"{ONE}/logo/", organizations.organization_logo, name="organization-logo"),
    path(f"{ONE}/logo/change/", organizations.logo_change, name="logo-change"),
    path(f"{ONE}/contacts/new/", organizations.contact_new, name="contact-new"),
    path(f"{STAFF}/contacts/<int:pk>/", organizations.contact_edit, name="contact-edit"),
    path(f"{ONE}/notes/new/", conversations.note_new, name="note-new"),
    path(f"{STAFF}/notes/<int:pk>/", conversations.note_edit, name="note-edit"),
    path(
        f"{STAFF}/conversations/<int:pk>/",
        conversations.conversation_edit,
        name="conversation-edit",
    ),
    path(
        f"{STAFF}/conversations/<int:pk>/state/",
        conversations.conversation_state,
        name="conversation-state",
    ),
    path(
        f"{STAFF}/conversations/<int:pk>/follow-ups/new/",
        conversations.follow_up_new,
        name="follow-up-new",
    ),
    path(f"{STAFF}/follow-ups/<int:pk>/", conversations.follow_up_edit, name="follow-up-edit"),
    path(f"{STAFF}/follow-ups/<int:pk>/done/", conversations.follow_up_done, name="follow-up-done"),
    path(f"{STAFF}/pipeline/", deals.pipeline, name="pipeline"),
    path(f"{ONE}/deal/", deals.deal_new, name="deal-new"),
    path(f"{STAFF}/deals/<int:pk>/", deals.deal_edit, name="deal-edit"),
    path(f"{STAFF}/deals/<int:pk>/sign/", deals.sign, name="sign"),
    path(f"{STAFF}/deals/<int:pk>/move/", deals.move, name="move"),
    path(f"{STAFF}/deals/<int:pk>/pass/", deals.give_pass, name="give-pass"),
]
