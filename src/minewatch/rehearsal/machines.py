"""Mining machines as a table: hash rate, power at the wall, release; and what stands around them.

Figures are manufacturers' wall power as listed by public sources; efficiency follows as W / (TH/s). Grade A: the
Cambridge index's machine list (CBECI ``server_config/miners.csv``); grade B: F2Pool's list of March 2020 or a dealer's
list of 2022, facts only. The row for graphics cards is chosen: cards of 2017-2020 mining Ethereum drew 90-150 W each.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """One type: ``th_s`` in TH/s of SHA-256 (None: other algorithm), ``watts`` at the wall, ``release`` as yyyy-mm."""

    name: str
    maker: str
    th_s: float | None
    watts: float
    release: str
    grade: str
    source: str
    share_2021: float
    """How common it was in Sichuan's mines in June 2021, relative; chosen (older machines followed cheap wet-season
    power)."""

    @property
    def joule_per_th(self) -> float | None:
        """Efficiency in J/TH; None where hash rate is not in TH/s."""
        return None if self.th_s is None else self.watts / self.th_s


_CBECI = "CBECI server_config/miners.csv"
_F2POOL = "F2Pool list, March 2020"
_DEALER = "dealer list, November 2022"

MACHINES: tuple[Machine, ...] = (
    Machine("Antminer S9 13.5T", "Bitmain", 13.5, 1323.0, "2017-09", "A", _CBECI, 3.0),
    Machine("Antminer S9i 14T", "Bitmain", 14.0, 1320.0, "2018-05", "A", _CBECI, 1.5),
    Machine("Antminer S9j 14.5T", "Bitmain", 14.5, 1350.0, "2018-08", "A", _CBECI, 1.5),
    Machine("Antminer T17 40T", "Bitmain", 40.0, 2200.0, "2019-05", "A", _CBECI, 1.0),
    Machine("Antminer S17 Pro 53T", "Bitmain", 53.0, 2094.0, "2019-04", "A", _CBECI, 1.5),
    Machine("Antminer S17 56T", "Bitmain", 56.0, 2520.0, "2019-04", "A", _CBECI, 1.0),
    Machine("Antminer T17+ 64T", "Bitmain", 64.0, 3220.0, "2019-10", "B", _F2POOL, 0.7),
    Machine("Antminer S17+ 73T", "Bitmain", 73.0, 2920.0, "2019-10", "B", _F2POOL, 0.8),
    Machine("Antminer S19 95T", "Bitmain", 95.0, 3250.0, "2020-05", "A", _CBECI, 1.0),
    Machine("Antminer S19 Pro 110T", "Bitmain", 110.0, 3250.0, "2020-05", "A", _CBECI, 0.8),
    Machine("Whatsminer M21S 50T", "MicroBT", 50.0, 3300.0, "2019-06", "B", _DEALER, 1.0),
    Machine("Whatsminer M31S 74T", "MicroBT", 74.0, 3404.0, "2020-04", "B", _DEALER, 0.8),
    Machine("Whatsminer M30S 88T", "MicroBT", 88.0, 3344.0, "2020-04", "B", _DEALER, 0.8),
    Machine("graphics card", "various", None, 120.0, "2017-04", "chosen", "chosen: 90-150 W a card", 1.0),
)

BY_NAME: dict[str, Machine] = {machine.name: machine for machine in MACHINES}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a mine draws besides its machines, and how machines behave; every figure chosen unless a source stands.

    ``overhead`` is fans, switches, lights and cable loss as a share of machine power: CBECI calculates with 1.01 to
    1.20 for the whole, 1.10 at best guess; air-blown sheds sit low in that range. A machine without work still runs
    its control board and fans: 5 to 10 % of its power.
    """

    overhead: tuple[float, float] = (0.01, 0.10)
    unit_spread: float = 0.025
    tuning: tuple[float, float] = (0.84, 1.12)
    """Firmware lets a machine run below or above its listed power; the range is what firmware menus offer."""
    idle_share: tuple[float, float] = (0.05, 0.10)
    watts_per_kelvin: tuple[float, float] = (0.0, 0.003)
    """Relative rise of power per kelvin of intake air: fan speed and leakage current."""
    units_per_group: tuple[int, int] = (12, 180)
    """Machines behind one breaker: a rack row to a container."""
    boot_minutes: tuple[float, float] = (2.0, 12.0)
    """From power-on to full hash rate: boot, chain tuning, connection to the pool."""


SURROUNDINGS = Surroundings()
