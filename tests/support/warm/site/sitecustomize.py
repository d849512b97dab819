"""What the dashboard takes for its Python."""

import os
import sys

sys.executable = os.environ.get("TEST_WORKER_PYTHON", sys.executable)
