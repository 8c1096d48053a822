"""Whom an unknown address may belong to, by its domain: a suggestion for people, never more."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from urllib.parse import urlsplit

from django.db.models import Q

from ..models import Contact, Mail, Organization

# Anybody has an address there.
ANYBODY = {
    *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com"),
    *("yahoo.com", "icloud.com", "me.com", "aol.com", "proton.me", "protonmail.com"),
    *("gmx.de", "gmx.net", "web.de", "mail.ru", "qq.com", "163.com", "fastmail.com", "zoho.com"),
}
EACH = 3


def by_domain(mails: Iterable[Mail]) -> dict[str, list[Organization]]:
    """{domain: organizations with a contact or a website there}, in two statements."""
    domains = {one.domain for one in mails if one.domain} - ANYBODY
    found: dict[str, dict[int, Organization]] = {one: {} for one in domains}
    if not domains:
        return {}
    ends = reduce(or_, (Q(email__endswith=f"@{one}") for one in domains))
    for contact in Contact.objects.filter(ends).select_related("organization"):
        there = found.get(contact.email.rpartition("@")[2], {})
        there[contact.organization_id] = contact.organization
    sites = reduce(or_, (Q(website__icontains=one) for one in domains))
    for organization in Organization.objects.filter(sites):
        host = (urlsplit(organization.website).hostname or "").removeprefix("www.")
        if host in found:
            found[host][organization.pk] = organization
    return {domain: list(there.values())[:EACH] for domain, there in found.items()}
