"""The calendar under the loads."""

from datetime import date

import numpy as np

from minewatch.rehearsal.series import SUBSTEPS
from minewatch.rehearsal.sites import make_site


def test_weekends_holidays_and_made_up_workdays():
    days = 50
    zeros = np.zeros(days * SUBSTEPS)
    site = make_site(first_day=date(2021, 5, 1), days=days, temperature=zeros, sun=zeros)
    free = {number + 1 for number in range(31) if site.free[number * SUBSTEPS]}
    # The May holiday to the 5th; Saturday the 8th is worked for it; weekends.
    assert free == {1, 2, 3, 4, 5, 9, 15, 16, 22, 23, 29, 30}
    june = {number - 30 for number in range(31, days) if site.free[number * SUBSTEPS]}
    assert {12, 13, 14} <= june
    assert 15 not in june
    assert site.weekday[0] == 5
    assert site.hour[0] < site.hour[SUBSTEPS - 1] < 24
