"""Who is paid through."""

import re

from .environment import BASE_DIR, checked, read
from .site import DEMO, LOOPBACK, SITE_HOST

# Modules of registration/payments/. The demo provider moves no money: never on a real site.
PAYMENT_PROVIDERS = read("PAYMENT_PROVIDERS", "list", ["demo"] if DEMO else [])
_known = {path.stem for path in (BASE_DIR / "registration/payments").glob("[a-z]*.py")}
checked(
    "PAYMENT_PROVIDERS",
    None,
    set(PAYMENT_PROVIDERS) - _known and f"comma list of {', '.join(sorted(_known))}",
)
checked(
    "PAYMENT_PROVIDERS",
    None,
    "demo" in PAYMENT_PROVIDERS
    and SITE_HOST not in LOOPBACK
    and "demo only on a loopback SITE_URL",
)
STRIPE_SECRET_KEY = read("STRIPE_SECRET_KEY", "str", "")
STRIPE_WEBHOOK_SECRET = read("STRIPE_WEBHOOK_SECRET", "str", "")
STRIPE_API_BASE = read("STRIPE_API_BASE", "str", "").rstrip("/")
if "stripe" in PAYMENT_PROVIDERS:
    checked(
        "STRIPE_SECRET_KEY",
        None,
        not STRIPE_SECRET_KEY.startswith(("sk_", "rk_"))
        and "PAYMENT_PROVIDERS names stripe: set its secret key, which begins with sk_ or rk_",
    )
    checked(
        "STRIPE_WEBHOOK_SECRET",
        None,
        not STRIPE_WEBHOOK_SECRET.startswith("whsec_")
        and "PAYMENT_PROVIDERS names stripe: set its signing secret, which begins with whsec_",
    )
checked(
    "STRIPE_API_BASE",
    None,
    STRIPE_API_BASE
    and not re.fullmatch(r"http://127\.0\.0\.1:[0-9]{1,5}", STRIPE_API_BASE)
    and "only for tests, such as http://127.0.0.1:9000",
)
