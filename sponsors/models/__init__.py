"""Organizations, the people there, what was said, and what was promised."""

from .applications import BoothApplication, BoothCall
from .booths import Booth, FloorPlan
from .catalogue import Benefit, BenefitConflict, PackageBenefit, SponsorshipExtra
from .contacts import Contact
from .contracts import Contract, ContractTerms
from .conversations import COMMITTEE, Conversation, FollowUp, Note
from .deals import Package, Sponsorship
from .files import NoteFile
from .imports import OrganizationImport
from .invoices import BILL_CODE, Biller, Invoice, InvoiceLine, with_invoices
from .mail import IgnoredSender, Mail, MailAttachment, Mailbox, MailFolder, MailReference
from .mentions import Digest, NoteMention, colleagues, named_in, nobody_in
from .organizations import Apart, MergedOrganization, Organization, OrganizationFile, OtherName, Tag
from .portal import Portal
from .press import Announcement, Coverage, PressCall, PressRequest, with_use
from .promises import Deliverable, Reminder
from .receipts import CardPage, CardRefund, InvoicePayment

__all__ = [
    "Announcement",
    "Apart",
    "BILL_CODE",
    "Benefit",
    "BenefitConflict",
    "Biller",
    "Booth",
    "BoothApplication",
    "BoothCall",
    "COMMITTEE",
    "CardPage",
    "CardRefund",
    "Contact",
    "Contract",
    "ContractTerms",
    "Conversation",
    "Coverage",
    "Deliverable",
    "Digest",
    "FloorPlan",
    "FollowUp",
    "IgnoredSender",
    "Invoice",
    "InvoiceLine",
    "InvoicePayment",
    "Mail",
    "MailAttachment",
    "MailFolder",
    "MailReference",
    "Mailbox",
    "MergedOrganization",
    "Note",
    "NoteFile",
    "NoteMention",
    "Organization",
    "OrganizationFile",
    "OrganizationImport",
    "OtherName",
    "Package",
    "PackageBenefit",
    "Portal",
    "PressCall",
    "PressRequest",
    "Reminder",
    "Sponsorship",
    "SponsorshipExtra",
    "Tag",
    "colleagues",
    "named_in",
    "nobody_in",
    "with_invoices",
    "with_use",
]
