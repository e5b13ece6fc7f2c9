"""An office driven through the command line, with a campaign and two noticed cases."""

from office_cli import OfficeCli

DRILL = ("--because", "drill; known from the press only", "--by", "Chen")


def at(name, moment):
    return ("--as", name, "--now", f"2021-06-{moment}")


NOON = at("chen", "17 12:00")


def ya(folder, *, noticed=True):
    office = OfficeCli(folder / "w", begin="2021-06-17 08:00")
    pack = ("--pack", "cn-ya-20210617")
    office.run("campaign", "open", "ya", *pack, "--region", "511800", "--by", "Chen", *NOON)
    for number in (1, 2):
        site = ("--site", f"site {number}", "--division", "511824", "--meter", f"M{number}", "--kw", str(100 * number))
        office.run("case", "open", "--campaign", "ya", *site, *NOON)
    if noticed:
        office.run("case", "notice", "1", "2", *pack, "--number", "N", *DRILL, *NOON)
    return office
