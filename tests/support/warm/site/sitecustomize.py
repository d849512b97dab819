"""Makes the dashboard start its workers with the stand-in instead of this Python."""

import os
import sys

sys.executable = os.environ.get("TEST_WORKER_PYTHON", sys.executable)
