from .bulk import bulk, bulk_sheet
from .comps import comp_choice
from .dashboard import dashboard
from .details import details, drop, extend, sums
from .exports import export, export_file, exports
from .groups import group
from .mine import my_orders, my_ticket_qr
from .orders import drop_upgrade, order, order_data, order_page, receipt_pdf, ticket_qr
from .payments import came_back, demo_card, pay, payment_notice
from .sale import needs, sale
from .shop import checkout, reserve, resume, terms, tickets
from .staff import staff_tickets

__all__ = [
    "bulk",
    "bulk_sheet",
    "came_back",
    "checkout",
    "comp_choice",
    "dashboard",
    "demo_card",
    "drop_upgrade",
    "export",
    "export_file",
    "exports",
    "checkout",
    "demo_card",
    "details",
    "drop",
    "extend",
    "group",
    "my_orders",
    "my_ticket_qr",
    "needs",
    "order",
    "order_data",
    "order_page",
    "pay",
    "payment_notice",
    "receipt_pdf",
    "sale",
    "reserve",
    "resume",
    "staff_tickets",
    "sums",
    "terms",
    "ticket_qr",
    "tickets",
]
