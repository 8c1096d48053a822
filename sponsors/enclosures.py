"""What the mails about invoices enclose, drawn from the issued rows when a mail leaves."""

from .documents import invoice as paper
from .models import BILL_CODE, Invoice

PDF = "application/pdf"


def of_invoice(row):
    if not row.about.startswith(BILL_CODE):
        return []
    found = Invoice.objects.filter(code=row.about.removeprefix(BILL_CODE), number__isnull=False)
    invoice = paper.select(found).first()
    return [(paper.file_name(invoice), PDF, paper.pdf(invoice))] if invoice else []
