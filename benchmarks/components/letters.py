"""Letters: how long a request in three languages takes to become a PDF."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from benchmarks.flow.tables import Text
from benchmarks.measured import RESULTS
from enduse.components.inquiries import request_records
from enduse.report.letters import letter_languages, write_letter
from enduse.settings import Settings

_MARKING = "STM32F765VIT6 22 GQ 2230 CHN"
_RUNS = 5


def run() -> Text:
    """A request drafted and written, the first time and after that."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=RESULTS, prefix="letters-") as name:
        folder = Path(name)
        languages = letter_languages(["uk", "en", "zh-Hant"])
        settings = Settings(workspace=folder / "workspace")
        drafts, letters = [], []
        for number in range(_RUNS):
            began = _now()
            body = request_records(
                to="Jade Harbour Components Co., Ltd.",
                marking=_MARKING,
                languages=languages,
                settings=settings,
            )
            drafted = _now()
            path = folder / f"request-{number}.pdf"
            write_letter(body, path)
            drafts.append(drafted - began)
            letters.append(_now() - drafted)
        size = path.stat().st_size
    rows = [
        [what, *(f"{value:.2f} s" for value in (*runs[0], *np.min(runs[1:], axis=0)))]
        for what, runs in (("request drafted", drafts), ("PDF in uk, en, zh-Hant", letters))
    ]
    return Text(
        "Letters",
        f"By the clock and by CPU time; the first time includes the catalogue of makers and the "
        f"fonts, the other is the best of {_RUNS - 1}. The PDF has {size // 1024:,} KiB.",
        ["what", "first", "first, CPU", "again", "again, CPU"],
        rows,
    )


def _now() -> npt.NDArray[np.float64]:
    """Seconds by the clock and of CPU time."""
    return np.array([time.perf_counter(), time.process_time()])
