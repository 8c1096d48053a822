"""What the audit trail follows on this floor, and what it must not keep."""

from auditlog.registry import auditlog

from . import models

# Who signed, accepted or asked is erased with the edition; so are names in what they sent.
HIDDEN: dict[type, list[str]] = {
    models.Package: ["taken"],
    models.Benefit: ["taken"],
    models.Sponsorship: ["live_key", "signed_by", "moved_at"],
    models.ContractTerms: ["text"],
    models.Contract: [
        *("live_deal", "file", "accepted_name", "accepted_title", "accepted_email"),
    ],
    models.Deliverable: ["text", "file", "file_name", "proof_file"],
    models.Biller: ["last_number"],
    models.Invoice: ["nonce", "once", "bill_email", "draft_of"],
    models.InvoicePayment: ["once"],
    models.Announcement: ["text"],
}
WHOLE = (
    *(models.OtherName, models.Tag, models.Contact),
    *(models.PackageBenefit, models.BenefitConflict, models.SponsorshipExtra),
    *(models.BoothCall, models.FloorPlan, models.Booth),
    *(models.PressCall, models.Coverage),
)


def register() -> None:
    auditlog.register(models.Organization, m2m_fields={"tags"})
    for model in WHOLE:
        auditlog.register(model)
    for model, fields in HIDDEN.items():
        auditlog.register(model, exclude_fields=fields)
    # What strangers wrote, and their names, stay out.
    auditlog.register(models.BoothApplication, include_fields=["status", "sponsorship"])
    auditlog.register(
        models.PressRequest, include_fields=["status", "organization", "ticket", "wants_news"]
    )
