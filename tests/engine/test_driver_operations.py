"""Every operation, on the real engine."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("driver_operations")

from driver_operations import *  # noqa: E402, F403
