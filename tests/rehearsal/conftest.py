"""Two small regions that several tests read: one as the system sees it, one without any fault of data."""

import pytest

from minewatch.rehearsal.parameters import FaultParameters, GridParameters, RegionParameters
from minewatch.rehearsal.region import simulate

CLEAN = FaultParameters(gaps=0.0, lost_days=0.0, spikes=0.0, frozen=0.0, bad_meters=0.0)


@pytest.fixture(scope="session")
def clean_region():
    return simulate(RegionParameters(seed=11, meters=700, faults=CLEAN, grid=GridParameters(pv_share=0.05)))


@pytest.fixture(scope="session")
def faulty_region():
    grid = GridParameters(coverage=0.9, wrong_topology=0.02, skewed_clocks=0.05, pv_share=0.02)
    return simulate(RegionParameters(seed=12, meters=700, days=28, slots=48, grid=grid))
