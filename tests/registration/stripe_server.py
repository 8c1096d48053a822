"""A card company on 127.0.0.1 that answers as Stripe's API reference says.

Form-encoded requests, idempotency keys that keep results (those of a 5xx too), errors
with type, code and param, a page to pay on, webhooks signed like Stripe's. On demand it
is slow, breaks off, answers 5xx, or loses, repeats and shuffles its webhooks.
"""

import hashlib
import itertools
import json
import re
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import stripe

KEY = "sk_test_fake_0123456789"
WEBHOOK_SECRET = "whsec_fake_0123456789"  # noqa: S105
API_VERSION = "2026-10-28.endive"
SMALLEST = {"usd": 50, "eur": 50, "gbp": 30, "jpy": 50}
MINUTE, DAY = 60, 86_400
PAGE_PARAMS = {
    *("mode", "line_items", "client_reference_id", "metadata", "payment_intent_data", "expand"),
    *("success_url", "cancel_url", "customer_email", "expires_at", "adaptive_pricing", "locale"),
}


class Refused(Exception):
    """An error of the API: status and the body's `error`."""

    def __init__(self, status, message, *, type="invalid_request_error", **more):
        self.status, self.body = status, {"error": {"type": type, "message": message, **more}}


def missing(param):
    return Refused(400, f"Missing required param: {param}.", param=param, code="parameter_missing")


def nested(pairs):
    """a[b][0][c]=1 as {"a": {"b": {"0": {"c": "1"}}}}."""
    tree = {}
    for name, value in pairs:
        *path, last = re.findall(r"[^\[\]]+", name) or [name]
        here = tree
        for part in path:
            here = here.setdefault(part, {})
        here[last] = value
    return tree


def integer(params, name):
    value = params.get(name.split("[")[-1].rstrip("]"))
    if value is None:
        raise missing(name)
    if not re.fullmatch(r"-?[0-9]+", value):
        raise Refused(
            400, f"Invalid integer: {value}", param=name, code="parameter_invalid_integer"
        )
    return int(value)


class Company:
    """What the company knows and how it behaves; tests turn its knobs."""

    def __init__(self):
        self.lock = threading.RLock()
        self.objects, self.results, self.running = {}, {}, set()
        self.requests = []  # (method, path, params, idempotency key)
        self.failures = deque()  # (where, how) for the next requests
        self.events = []
        self.webhook_url = ""  # events go there at once, where one is set
        self.sent = []  # (event type, what our site answered)
        self.number = itertools.count(1)
        self.fee_known = True
        self.settles_in = {}  # facts of balance transactions: another currency, a rate
        self.clock = time.time
        self.url = ""

    # --- what tests ask for -------------------------------------------------------------------

    def fail(self, *how, where=""):
        """The next requests whose path holds `where`: a status, "drop" before or "lost" after
        it is done, or seconds of silence before it is done."""
        self.failures.extend((where, one) for one in how)

    def asked(self, method="POST", path="/v1/checkout/sessions"):
        return [one for one in self.requests if one[:2] == (method, path)]

    def pay(self, page_id, *, debit=False):
        """The buyer pays on the page by card, or by a bank debit that takes days."""
        with self.lock:
            page = self.find(page_id, "checkout.session")
            if page["status"] != "open" or page["expires_at"] <= self.clock():
                raise Refused(400, "This Checkout Session is over.")
            intent = self.charge(page)
            page |= {"status": "complete", "url": None, "payment_intent": intent["id"]}
            page["payment_status"] = "unpaid" if debit else "paid"
        return self.happen("checkout.session.completed", page)

    def settle(self, page_id, *, succeeded=True):
        """What became of a bank debit."""
        page = self.find(page_id, "checkout.session")
        if succeeded:
            page["payment_status"] = "paid"
        word = "succeeded" if succeeded else "failed"
        return self.happen(f"checkout.session.async_payment_{word}", page)

    def expire(self, page_id):
        page = self.find(page_id, "checkout.session")
        page |= {"status": "expired", "url": None}
        return self.happen("checkout.session.expired", page)

    def refund_in_dashboard(self, payment_intent, amount):
        return self.refund(
            {"payment_intent": payment_intent, "amount": str(amount)}, dashboard=True
        )

    def happen(self, kind, thing):
        event = {
            "id": f"evt_{next(self.number)}",
            "object": "event",
            "api_version": API_VERSION,
            "created": int(self.clock()),
            "data": {"object": json.loads(json.dumps(thing))},
            "livemode": False,
            "pending_webhooks": 1,
            "type": kind,
        }
        self.events.append(event)
        if self.webhook_url:
            self.send(event)
        return event

    def send(self, event, **changes):
        """POST an event to our site as the company does; what was answered."""
        body, headers = signed(event, **changes)
        asked = urllib.request.Request(self.webhook_url, body, headers)
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310
                status = answer.status
        except urllib.error.HTTPError as error:
            status = error.code
        self.sent.append((event["type"], status))
        return status

    # --- the API ------------------------------------------------------------------------------

    def find(self, name, kind):
        thing = self.objects.get(name)
        if thing is None or thing["object"] != kind:
            message = f"No such {kind}: '{name}'"
            raise Refused(404, message, code="resource_missing", param="id")
        return thing

    def keep(self, kind, prefix, **facts):
        made = {"id": f"{prefix}_{next(self.number)}", "object": kind, **facts}
        made |= {"created": int(self.clock()), "livemode": False}
        self.objects[made["id"]] = made
        return made

    def make_page(self, params):
        self.check_page(params)
        item = params["line_items"]["0"]
        price = item["price_data"]
        total = int(price["unit_amount"]) * int(item.get("quantity", 1))
        now = int(self.clock())
        page = self.keep(
            "checkout.session",
            "cs_test",
            amount_subtotal=total,
            amount_total=total,
            currency=price["currency"].lower(),
            client_reference_id=params.get("client_reference_id"),
            customer_email=params.get("customer_email"),
            metadata=params.get("metadata", {}),
            mode=params["mode"],
            payment_intent=None,
            payment_status="unpaid",
            status="open",
            success_url=params["success_url"],
            cancel_url=params.get("cancel_url"),
            expires_at=int(params.get("expires_at", now + DAY)),
        )
        page["url"] = f"{self.url}/c/pay/{page['id']}"
        self.objects[f"{page['id']}:intent"] = params.get("payment_intent_data", {})
        return page

    def check_page(self, params):
        for name in params:
            if name not in PAGE_PARAMS:
                message = f"Received unknown parameter: {name}"
                raise Refused(400, message, param=name, code="parameter_unknown")
        if params.get("mode") != "payment":
            raise missing("mode")
        price = params.get("line_items", {}).get("0", {}).get("price_data")
        if not price:
            raise missing("line_items")
        if not price.get("product_data", {}).get("name"):
            raise missing("line_items[0][price_data][product_data][name]")
        amount = integer(price, "line_items[0][price_data][unit_amount]")
        currency = price.get("currency", "")
        if not re.fullmatch("[A-Za-z]{3}", currency):
            raise Refused(400, f"Invalid currency: {currency}.", param="currency")
        if not SMALLEST.get(currency.lower(), 1) <= amount <= 99_999_999:
            code = "amount_too_small" if amount < 50 else "amount_too_large"
            message = "The Checkout Session's total amount due must add up to at least $0.50 usd"
            raise Refused(400, message, code=code)
        self.check_addresses(params)

    def check_addresses(self, params):
        for name in ("success_url", "cancel_url"):
            if not re.match(r"https?://[^ ]+$", params.get(name, "")):
                raise Refused(400, "Not a valid URL", code="url_invalid", param=name)
        email = params.get("customer_email", "a@example.org")
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
            message = f"Invalid email address: {email}"
            raise Refused(400, message, code="email_invalid", param="customer_email")
        if "expires_at" in params:
            left = integer(params, "expires_at") - self.clock()
            word = "at least 30 minutes" if left < 30 * MINUTE - 1 else "less than 24 hours"
            if not 30 * MINUTE - 1 <= left <= DAY:
                message = (
                    f"The `expires_at` timestamp must be {word} from Checkout Session creation."
                )
                raise Refused(400, message, param="expires_at")

    def charge(self, page):
        about = self.objects[f"{page['id']}:intent"]
        facts = {"amount": page["amount_total"], "currency": page["currency"]}
        facts["metadata"] = about.get("metadata", {})
        intent = self.keep("payment_intent", "pi", status="succeeded", **facts)
        settled = self.keep(
            "balance_transaction",
            "txn",
            **{"fee": round(facts["amount"] * 0.029) + 30, "exchange_rate": None, **facts},
        )
        settled |= self.settles_in
        charge = self.keep(
            "charge",
            "ch",
            payment_intent=intent["id"],
            amount_refunded=0,
            refunded=False,
            balance_transaction=settled["id"] if self.fee_known else None,
            **facts,
        )
        intent["latest_charge"] = charge["id"]
        return intent

    def refund(self, params, *, dashboard=False):
        intent = self.find(params.get("payment_intent", ""), "payment_intent")
        charge = self.find(intent["latest_charge"], "charge")
        left = charge["amount"] - charge["amount_refunded"]
        amount = integer(params, "amount") if "amount" in params else left
        if left == 0:
            message = f"Charge {charge['id']} has already been refunded."
            raise Refused(400, message, code="charge_already_refunded")
        if not 0 < amount <= left:
            said = (
                f"Refund amount (${amount / 100:.2f}) is greater than unrefunded amount on charge"
            )
            raise Refused(400, f"{said} (${left / 100:.2f})", param="amount")
        made = self.keep(
            "refund",
            "re",
            amount=amount,
            charge=charge["id"],
            currency=charge["currency"],
            metadata=params.get("metadata", {}),
            payment_intent=intent["id"],
            status="succeeded",
        )
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self.happen("charge.refunded", charge)
        return made

    def refunds(self, params):
        named = [(key, params[key]) for key in ("charge", "payment_intent") if key in params]
        found = [
            one
            for one in self.objects.values()
            if one.get("object") == "refund" and all(one[key] == value for key, value in named)
        ]
        return {"object": "list", "url": "/v1/refunds", "has_more": False, "data": found[::-1]}

    def expire_page(self, name):
        page = self.find(name, "checkout.session")
        if page["status"] != "open":
            message = f"This Checkout Session has a status of `{page['status']}`."
            raise Refused(
                400, f'Only Checkout Sessions with a status in ["open"] can be expired. {message}'
            )
        self.expire(name)
        return page

    def expanded(self, thing, params):
        thing = json.loads(json.dumps(thing))
        for path in params.get("expand", {}).values():
            here = thing
            for part in path.split("."):
                if isinstance(here.get(part), str):
                    here[part] = dict(self.objects[here[part]])
                here = here.get(part) or {}
        return thing

    def route(self, method, path, params):
        kinds = {"payment_intents": "payment_intent", "balance_transactions": "balance_transaction"}
        _, *parts = path.strip("/").split("/")
        match (method, parts):
            case "POST", ["checkout", "sessions"]:
                return self.make_page(params)
            case "GET", ["checkout", "sessions", name]:
                return self.find(name, "checkout.session")
            case "POST", ["checkout", "sessions", name, "expire"]:
                return self.expire_page(name)
            case "POST", ["refunds"]:
                return self.refund(params)
            case "GET", ["refunds"]:
                return self.refunds(params)
            case "GET", [name, one] if name in kinds:
                return self.find(one, kinds[name])
        raise Refused(404, f"Unrecognized request URL ({method}: {path}).")

    # --- idempotency and failures ---------------------------------------------------------------

    def answer(self, method, path, params, key):
        """(status, body) of one request; None where the line breaks."""
        how = self.next_failure(path)
        if how == "drop":
            return None
        if isinstance(how, float):
            time.sleep(how)
        if how == 429:  # before any work begins, so it is kept for no key
            return 429, {"error": {"type": "invalid_request_error", "code": "rate_limit"}}
        try:
            status, body = self.once(method, path, params, key, how)
        except Refused as error:
            status, body = error.status, error.body
        return None if how == "lost" else (status, body)

    def next_failure(self, path):
        with self.lock:
            for waiting in self.failures:
                if waiting[0] in path:
                    self.failures.remove(waiting)
                    return waiting[1]
        return None

    def once(self, method, path, params, key, how):
        """A result is kept for its key once the work began; what fails validation is not."""
        if method != "POST" or not key:
            return self.work(method, path, params, how)
        digest = hashlib.sha256(f"{path}{json.dumps(params, sort_keys=True)}".encode()).hexdigest()
        with self.lock:
            if key in self.running:
                message = "There is currently another in-progress request using this key."
                raise Refused(409, message, type="idempotency_error", code="idempotency_key_in_use")
            if key in self.results:
                first, result = self.results[key]
                if first != digest:
                    message = (
                        "Keys for idempotent requests can only be used with the same parameters "
                        f"they were first used with. Try using a key other than '{key}'."
                    )
                    raise Refused(400, message, type="idempotency_error")
                return result
            self.running.add(key)
        try:
            if isinstance(how, str) and how.startswith("busy"):
                time.sleep(float(how[4:]))
            result = self.work(method, path, params, how)
            self.results[key] = (digest, result)
            return result
        finally:
            self.running.discard(key)

    def work(self, method, path, params, how):
        if isinstance(how, int) and not isinstance(how, bool):
            return how, {"error": {"type": "api_error", "message": "An error occurred."}}
        with self.lock:
            return 200, self.expanded(self.route(method, path, params), params)


def signed(event, *, secret=WEBHOOK_SECRET, at=None):
    """An event's body and headers."""
    body = event if isinstance(event, str) else json.dumps(event, indent=2)
    made = stripe.WebhookSignature.generate_signature_header(body, secret, at and int(at))
    return body.encode(), {"Content-Type": "application/json", "Stripe-Signature": made}


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):  # noqa: N802
        company, (path, query) = self.server.company, urlsplit(self.path)[2:4]
        if path.startswith("/c/pay/"):
            form = b'<form method="post"><button name="answer" value="pay">Pay</button></form>'
            return self.say(200, form, "text/html")
        return self.api("GET", path, query, company)

    def do_POST(self):  # noqa: N802
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        company, path = self.server.company, urlsplit(self.path).path
        if not path.startswith("/c/pay/"):
            return self.api("POST", path, sent, company)
        name = path.rpartition("/")[2]
        try:
            company.pay(name)
        except Refused as error:
            return self.say(error.status, json.dumps(error.body).encode())
        return self.say(303, b"", Location=company.objects[name]["success_url"])

    def api(self, method, path, sent, company):
        params, key = nested(parse_qsl(sent)), self.headers.get("Idempotency-Key", "")
        company.requests.append((method, path, params, key))
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            error = Refused(401, "Invalid API Key provided: sk_test_****")
            return self.say(error.status, json.dumps(error.body).encode())
        answer = company.answer(method, path, params, key)
        if answer is None:
            self.close_connection = True
            return self.connection.close()
        return self.say(answer[0], json.dumps(answer[1]).encode())

    def say(self, status, body, kind="application/json", **headers):
        try:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Request-Id": "req_1", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # whoever asked has hung up meanwhile


@contextmanager
def running():
    company = Company()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    server.company = company
    company.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield company
    finally:
        server.shutdown()
        server.server_close()
