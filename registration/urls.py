from django.urls import path

from . import views
from .views import acts, desk, drawers, given, holder, money, selling, waitlist

app_name = "registration"

ORDER = "<edition:slug>/orders/<code:code>/<str:secret>/"
CHOICE = "<edition:slug>/choice/<code:code>/<str:secret>/"
DESK = "staff/<edition:slug>/desk/"
TICKET = "<edition:slug>/t/<code:code>/<str:secret>/"
WAITING = "<edition:slug>/waiting/<int:pk>/<str:secret>/"

urlpatterns = [
    path("<edition:slug>/tickets/", views.tickets, name="tickets"),
    path("<edition:slug>/tickets/checkout/", views.checkout, name="checkout"),
    path("<edition:slug>/tickets/reserve/", views.reserve, name="reserve"),
    path("<edition:slug>/tickets/resume/", views.resume, name="resume"),
    path("<edition:slug>/terms/<slug:kind>/<int:number>/", views.terms, name="terms"),
    path("<edition:slug>/group/<slug:group>/", views.group, name="group"),
    path(ORDER, views.order, name="order"),
    path(f"{ORDER}details/", views.details, name="details"),
    path(f"{ORDER}sums/", views.sums, name="sums"),
    path(f"{ORDER}extend/", views.extend, name="extend"),
    path(f"{ORDER}drop/", views.drop, name="drop"),
    path(f"{ORDER}pay/", views.pay, name="pay"),
    path(f"{ORDER}paid/", views.came_back, name="came-back"),
    path(f"{ORDER}card/", views.demo_card, name="demo-card"),
    path(f"{ORDER}<code:ticket>.svg", views.ticket_qr, name="ticket-qr"),
    path(CHOICE, views.comp_choice, name="comp-choice"),
    path(f"{ORDER}receipt.pdf", views.receipt_pdf, name="receipt"),
    path(f"{ORDER}data.json", views.order_data, name="order-data"),
    path(f"{ORDER}drop-upgrade/", views.drop_upgrade, name="drop-upgrade"),
    path(TICKET, holder.ticket, name="ticket"),
    path(f"{TICKET}code.svg", holder.holder_qr, name="holder-qr"),
    path(f"{TICKET}ticket.pdf", holder.ticket_pdf, name="ticket-pdf"),
    path(f"{TICKET}calendar.ics", holder.ticket_calendar, name="ticket-calendar"),
    path(f"{TICKET}correct/", holder.correct, name="ticket-correct"),
    path(f"{TICKET}send/", holder.send_again, name="ticket-send"),
    path(f"{TICKET}pass-on/", holder.pass_on, name="ticket-pass-on"),
    path(f"{TICKET}upgrade/", holder.upgrade, name="ticket-upgrade"),
    path(f"{TICKET}give-back/", holder.give_back, name="ticket-give-back"),
    path(f"{TICKET}keep/", holder.keep, name="ticket-keep"),
    path(f"{TICKET}letter/", holder.ask_letter, name="ticket-letter"),
    path(f"{TICKET}letter/withdraw/", holder.withdraw_letter, name="letter-withdraw"),
    path(f"{TICKET}letter.pdf", holder.letter_pdf, name="letter-pdf"),
    path("<edition:slug>/passed-on/", holder.passed_on, name="passed-on"),
    path("<edition:slug>/tickets/wait/<slug:name>/", waitlist.join, name="wait"),
    path(WAITING, waitlist.waiting, name="waiting"),
    path(f"{WAITING}leave/", waitlist.leave, name="waiting-leave"),
    path("payments/<slug:provider>/notify/", views.payment_notice, name="payment-notice"),
    path("my/orders/", views.my_orders, name="my-orders"),
    path("my/tickets/<code:ticket>.svg", views.my_ticket_qr, name="my-ticket-qr"),
    path("staff/<edition:slug>/sale/", views.sale, name="sale"),
    path("staff/<edition:slug>/needs/", views.needs, name="needs"),
    path("staff/<edition:slug>/tickets/", views.staff_tickets, name="staff-tickets"),
    path("staff/<edition:slug>/money/", money.money, name="money"),
    path("staff/<edition:slug>/money/<int:pk>/send/", money.refund_send, name="refund-send"),
    path("staff/<edition:slug>/sale/figures/", views.dashboard, name="dashboard"),
    path("staff/<edition:slug>/exports/", views.exports, name="exports"),
    path("staff/<edition:slug>/exports/<slug:table>/", views.export, name="export"),
    path(
        "staff/<edition:slug>/exports/<slug:table>.<slug:kind>",
        views.export_file,
        name="export-file",
    ),
    path("staff/<edition:slug>/bulk/", views.bulk, name="bulk"),
    path("staff/<edition:slug>/bulk/<slug:sheet>/", views.bulk_sheet, name="bulk-sheet"),
    path(DESK, desk.desk, name="staff-desk"),
    path(f"{DESK}attendees/", desk.attendees, name="attendees"),
    path(f"{DESK}sell/", selling.sell, name="sell"),
    path(f"{DESK}sell/sum/", selling.sale_sum, name="sale-sum"),
    path(f"{DESK}sold/<code:code>/", selling.sold, name="sold"),
    path(f"{DESK}print/<code:code>/", selling.print_tickets, name="print"),
    path(f"{DESK}orders/<code:code>/", acts.staff_order, name="staff-order"),
    path(f"{DESK}orders/<code:code>/<slug:act>/", acts.staff_act, name="staff-act"),
    path(f"{DESK}tickets/<code:code>/", acts.staff_ticket, name="staff-ticket"),
    path(f"{DESK}tickets/<code:code>/correct/", acts.correct_ticket, name="correct-ticket"),
    path(f"{DESK}tickets/<code:code>/take-back/", given.take_back, name="take-back"),
    path(f"{DESK}give/", given.give, name="give"),
    path(f"{DESK}cash/", drawers.drawers, name="drawers"),
    path(f"{DESK}cash/<int:pk>/", drawers.drawer, name="drawer"),
    path(f"{DESK}cash/<int:pk>/close/", drawers.drawer_close, name="drawer-close"),
]
