"""Everything that differs between machines comes from the environment, and is checked here.

`docs/administrator.md` lists the variables. A wrong value stops the start with its name.
"""

from .api import *  # noqa: F403
from .apps import *  # noqa: F403
from .browser import *  # noqa: F403
from .database import *  # noqa: F403
from .environment import *  # noqa: F403
from .logs import *  # noqa: F403
from .mail import *  # noqa: F403
from .mailbox import *  # noqa: F403
from .money import *  # noqa: F403
from .people import *  # noqa: F403
from .site import *  # noqa: F403

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"  # each Conference has its own zone
