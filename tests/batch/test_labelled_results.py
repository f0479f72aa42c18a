"""Results as frames and labelled arrays against the rows of the Parquet files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from runs import results
from runs.batch.design import read_design
from runs.batch.execution import make_plan, run_batch
from runs.processes.executors import ProcessExecutor
from tests.support.batches import write_design

pytest.importorskip("xarray", reason="xarray is not installed; labelled arrays were not tested")
LOSS = "value_added_lost_jpy_bn_JP"


@pytest.mark.slow
@pytest.mark.subprocess
def test_each_cell_is_that_of_its_run(tmp_path: Path) -> None:
    plan, _ = make_plan(read_design(write_design(tmp_path, samples="samples = 2")))
    run_batch(plan, tmp_path / "out", ProcessExecutor(1))
    found, frame = results(tmp_path / "out").to_xarray(), results(str(tmp_path / "out")).to_pandas()
    rows = [row for part in (tmp_path / "out" / "experiments").glob("*") for row in pq.read_table(part).to_pylist()]
    assert len(rows) == len(frame) == found["experiment"].size == 16
    assert dict(found[LOSS].sizes) == {"scenario": 1, "policy": 4, "future": 2, "seed": 2}
    policies = {(float(c), str(p)): n for n, (c, p) in enumerate(zip(found["cover"].values, found["people"].values,
                                                                     strict=True))}  # fmt: skip
    for row in rows:
        at = {"scenario": row["scenario"], "policy": policies[row["cover"], row["people"]], "future": row["future"],
              "seed": row["seed"]}  # fmt: skip
        cell = found.sel(at)
        assert int(cell["experiment"]) == row["experiment"] and float(cell["fear"]) == row["fear"]
        assert float(cell[LOSS]) == row[LOSS]
    assert found[LOSS].attrs["units"] == "billion JPY" and found["first_stop_day"].attrs["units"] == "day"
    manifest = tmp_path / "out" / "linestop.json"
    manifest.write_text(manifest.read_text().replace('"money": "JPY"', '"money": "EUR"'))
    assert results(tmp_path / "out").units()[LOSS] == "billion EUR"
    days = found["day_lines_stopped"]
    assert set(days.dims) == {"scenario", "policy", "future", "seed", "day"} and days.sizes["day"] == 40
    assert "line" in found["line_stop_days"].dims and np.isfinite(found["line_stop_days"]).all()
    assert found.attrs["title"] == "A short ban"
