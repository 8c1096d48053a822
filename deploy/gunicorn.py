"""Settings of the web server: `gunicorn -c deploy/gunicorn.py scale.wsgi`."""

import gc
import ipaddress
import os

from django.urls import get_resolver
from prometheus_client import multiprocess

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS") or 4)
timeout = 30
loglevel = "warning"
graceful_timeout = 5 if os.environ.get("DEMO") else 30
keepalive = 5
control_socket_disable = True
# Heartbeats of the processes in memory: a busy disk must not look like a hanging one.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # nosec B108


def on_starting(server):
    """The demo's passwords are known to everyone, so only this machine may reach it."""
    demo = os.environ.get("DEMO", "").lower() in ("1", "true", "yes", "on")
    if demo and not all(is_loopback(address) for address in server.cfg.address):
        raise SystemExit("DEMO: refused, because the server would listen beyond this machine.")


def is_loopback(address):
    """`address` is (host, port); a socket or an open file may lead anywhere."""
    if not isinstance(address, tuple):
        return False
    host = address[0].strip("[]")
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def post_worker_init(worker):
    """Keep what is loaded out of the search for garbage, and search more often.

    The context of a rendered page is a ring, which no count of references frees; by
    default a dozen megabytes of them would gather before Python looks.
    """
    list(get_resolver().url_patterns)  # which loads all views
    gc.collect()
    gc.freeze()
    gc.collect()  # forgets how much there was to search
    gc.set_threshold(700, 10, 2)


def child_exit(server, worker):
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)
