"""What a process loads when it starts: jobs are a worker's, and nobody else's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_LOADED = """
import json, sys
from tipline.cli.runtime import setup_django
setup_django()
before = sorted(sys.modules)
from django.utils.module_loading import autodiscover_modules
from procrastinate.contrib.django import app
autodiscover_modules("tasks")
print(json.dumps({"command": before, "worker": sorted(sys.modules), "jobs": sorted(app.tasks)}))
"""


def test_a_worker_knows_every_job_and_a_command_pays_for_none(project: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True)
    loaded = json.loads(done.stdout)
    source = project / "src"
    tasks = {".".join(file.relative_to(source).with_suffix("").parts) for file in source.glob("tipline/**/tasks.py")}
    assert len(tasks) >= 18
    assert not tasks & set(loaded["command"])
    assert not {"numpy", "httpx", "phonenumbers", "lxml", "tipline.pipeline.run"} & set(loaded["command"])
    assert tasks <= set(loaded["worker"])
    assert {"pipeline.process", "pipeline.sweep", "replies.read", "retention.carry_out"} <= set(loaded["jobs"])
