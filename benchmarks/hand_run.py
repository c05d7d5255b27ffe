"""One run of a job by hand, in a process of its own: ``hand_run.py NAME JOB TEXT PROCESSES``.

Runs by_hand.py unchanged, and reports before and after each job, so that its memory can be measured.
"""

from __future__ import annotations

import os
import runpy
import sys

from watched import mark

mark(sys.argv.pop(1))
runpy.run_path(os.path.join(os.path.dirname(__file__), "by_hand.py"), run_name="__main__")
mark()
