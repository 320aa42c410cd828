"""What the screen tests share: a node with an in-memory site and desk, a signed-in client, a served one, a browser."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
