"""What is written down while it runs."""

import sys
from pathlib import Path
from typing import Any

import structlog

from ..logs import redact_event
from .environment import checked, read

LOG_LEVEL = read("LOG_LEVEL", "str", "INFO").upper()
_levels = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
checked("LOG_LEVEL", None, LOG_LEVEL not in _levels and f"say one of {', '.join(_levels)}")
LOG_FORMAT = read("LOG_FORMAT", "str", "json")
checked("LOG_FORMAT", LOG_FORMAT, LOG_FORMAT not in ("json", "plain") and "say json or plain")
_shared_processors: list = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
]
_renderer: Any = structlog.processors.JSONRenderer()
if LOG_FORMAT == "plain":
    _renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [redact_event, _renderer],
            "foreign_pre_chain": _shared_processors,
        },
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "ERROR"},
    },
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_shared_processors,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
AUDITLOG_LOGENTRY_MODEL = "scale.AuditEntry"
PROMETHEUS_METRIC_NAMESPACE = "scale"
PROMETHEUS_MULTIPROC_DIR = read("PROMETHEUS_MULTIPROC_DIR", "str", "")
checked(
    "PROMETHEUS_MULTIPROC_DIR",
    None,
    PROMETHEUS_MULTIPROC_DIR
    and not Path(PROMETHEUS_MULTIPROC_DIR).is_dir()
    and f"there is no folder {PROMETHEUS_MULTIPROC_DIR}",
)
