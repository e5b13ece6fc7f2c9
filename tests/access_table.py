"""Who may reach what: every route of the console with the roles it lets in, as a table; ``docs/console-access.md`` prints it.

``python tests/access_table.py`` writes the page again. A route that stands here without being there, or is there
without standing here, fails ``test_access.py``.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from minewatch.web.app import ROUTERS

NAMES = {"D": "administrator", "S": "supervisor", "A": "analyst", "I": "inspector", "U": "auditor"}
EVERYBODY = "DSAIU"
PUBLIC = "public"
KNOWN = {
    "case": "case-1", "name": "ya", "pack": "cn-ya-20210617", "tip": "tip-1", "identity": "none", "number": "1",
    "run": "screen-1", "node": "none", "meter": "none", "job": "none", "digest": "0" * 64, "kind": "rectification",
    "form": "docx",
}  # fmt: skip
"""What stands in for the parameters of paths; case-1 lies in 511824, the campaign covers 511800."""


SPECIAL = {"/findings/export.{kind}": {"kind": "csv"}}
"""Where a parameter means something else."""


@dataclass(frozen=True)
class Access:
    """``roles``: letters of those let in, or ``PUBLIC``. ``placed``: only in one's own divisions; ``part``: of a
    campaign that reaches into them, the own cases. The rest is what is sent."""

    roles: str
    placed: bool | str = False
    form: dict = field(default_factory=dict)
    json: object = None
    query: str = ""
    content: bytes = b""
    files: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)


BY = {"by": "Chen"}
WHY = {"reason": "because", **BY}
VISIT = {"at": "2021-06-17T09:00:00+08:00", "inspectors": ["Luo"], "found": "racks"}
NOTICE = {"pack": "cn-ya-20210617", "number": "N-1", "because": "the region asks for it", **BY}
READ = Access("SAIU", placed=True)
PART = Access("SAIU", placed="part")
LIST = Access("SAIU")
EXPORT = Access("SU", placed=True)
RETURNS = ("returns.csv", "案件编号,报告内容\n".encode(), "text/csv")
SITES = ("sites.csv", "项目名称,行政区划代码\n己站,511824\n".encode(), "text/csv")

TABLE = {
    "GET /sign-in": Access(PUBLIC),
    "POST /sign-in": Access(PUBLIC, form={"name": "nobody", "password": "nothing"}),
    "GET /sign-in/oidc": Access(PUBLIC),
    "GET /sign-in/oidc/back": Access(PUBLIC),
    "POST /sign-out": Access(EVERYBODY),
    "POST /language": Access(EVERYBODY, form={"language": "en"}),
    "POST /theme": Access(EVERYBODY, form={"theme": "dark"}),
    "GET /": Access(EVERYBODY),
    "GET /account": Access(EVERYBODY),
    "GET /account/password": Access(EVERYBODY),
    "POST /account/password": Access(EVERYBODY, form={"old": "wrong", "new": "n", "again": "n"}),
    "POST /account/tokens": Access(EVERYBODY, form={"label": "x"}),
    "POST /account/tokens/{identity}/end": Access(EVERYBODY),
    "GET /law": Access(EVERYBODY),
    "GET /law/map": Access(EVERYBODY),
    "GET /law/timeline": Access(EVERYBODY),
    "GET /law/timeline.json": Access(EVERYBODY),
    "GET /law/read": Access(EVERYBODY),
    "POST /law/read": Access(EVERYBODY, form={"text": "通知"}),
    "GET /law/{pack}": Access(EVERYBODY),
    "GET /law/{pack}/differences": Access(EVERYBODY),
    "GET /audit": Access("DSU"),
    "POST /audit/export": Access("DSU"),
    "POST /audit/verify": Access("DSU"),
    "POST /audit/anchor": Access("DSU"),
    "GET /people": Access("D"),
    "POST /people": Access("D", form={"name": "neu", "role": ["analyst"], "divisions": "511800"}),
    "POST /people/account": Access("D", form={"name": "neu"}),
    "POST /people/subject": Access("D", form={"name": "auditor", "subject": ""}),
    "POST /people/close": Access("D", form={"name": "neu"}),
    "GET /static/charts-library/{number}.js": Access(PUBLIC),
    "GET /wall": LIST,
    "GET /wall/screen": LIST,
    "GET /wall.json": LIST,
    "GET /wall/load.json": LIST,
    "GET /findings": LIST,
    "GET /findings/export.{kind}": LIST,
    "POST /findings/decide": Access("SA", form={"what": "accept", "run": "latest", "meter": ["none"]}),
    "GET /findings/budget": LIST,
    "GET /findings/budget.json": LIST,
    "GET /findings/{run}/curve.json/{meter:path}": LIST,
    "GET /findings/{run}/heat.json/{meter:path}": LIST,
    "GET /findings/{run}/peers.json/{meter:path}": LIST,
    "GET /findings/{run}/sources/{meter:path}": LIST,
    "GET /findings/{run}/{meter:path}": LIST,
    "GET /cases": LIST,
    "GET /cases/{case}": READ,
    "GET /cases/{case}/money": READ,
    "GET /cases/{case}/photos/{digest}": READ,
    "GET /cases/{case}/letters/{kind}": READ,
    "GET /cases/{case}/file.{form}": READ,
    "GET /cases/{case}/bundle.zip": EXPORT,
    "POST /cases/{case}/notice": Access("S", placed=True, form=NOTICE),
    "POST /cases/{case}/extend": Access("S", placed=True, form={"until": "2021-06-19 00:00", **WHY}),
    "POST /cases/{case}/return": Access("SAI", placed=True, form={"kind": "stopped", "signed_by": "Li"}),
    "POST /cases/{case}/return-form": Access("SAI", placed=True, files={"form": RETURNS}),
    "POST /cases/{case}/verify": Access("SA", placed=True),
    "POST /cases/{case}/categories": Access(
        "S", placed=True, form={"pack": "cn-ya-20210617", "category": "station", **WHY}
    ),
    "POST /cases/{case}/measures": Access(
        "S", placed=True, form={"pack": "cn-ya-20210617", "measure": "x", "because": "b", **BY}
    ),
    "POST /cases/{case}/letter": Access(
        "S",
        placed=True,
        form={"kind": "rectification", "pack": "cn-ya-20210617", "section": "1", "number": "2", "because": "b", **BY},
    ),
    "POST /cases/{case}/money": Access("SA", placed=True, form={"kind": "evaded", "kwh": "100"}),
    "POST /cases/{case}/lift": Access("S", placed=True, form={"measure": "x", **WHY}),
    "POST /cases/{case}/dispute": Access(
        "SAI", placed=True, form={"kind": "figures", "raised_by": "p", "grounds": "g"}
    ),
    "POST /cases/{case}/settle": Access("S", placed=True, form={"upheld": "no", **WHY}),
    "POST /cases/{case}/restore": Access("S", placed=True, form={"basis": "b", **BY}),
    "POST /cases/{case}/refer": Access(
        "S", placed=True, form={"target": "police", "body": "b", "pack": "cn-ya-20210617", "section": "1", **BY}
    ),
    "POST /cases/{case}/close": Access("S", placed=True, form=WHY),
    "GET /campaigns": LIST,
    "POST /campaigns": Access(
        "S", placed=True, form={"name": "ya3", "region": "511800", "pack": ["cn-ya-20210617"], **BY}
    ),
    "GET /campaigns/{name}": PART,
    "POST /campaigns/{name}/extend": Access(
        "S", placed=True, form={"duty": "none", "until": "2021-06-19 00:00", **WHY}
    ),
    "POST /campaigns/{name}/return": Access("SA", placed=True, form={"duty": "none", "signed_by": "Li"}),
    "POST /campaigns/{name}/close": Access("S", placed=True, form=WHY),
    "POST /campaigns/{name}/sites": Access("SA", placed=True, files={"form": SITES}),
    "POST /campaigns/{name}/notices": Access("S", placed="part", form=NOTICE),
    "GET /campaigns/{name}/returns.xlsx": PART,
    "GET /campaigns/{name}/bulletin.{form}": READ,
    "POST /campaigns/{name}/plan": Access(
        "SAI", placed="part", form={"teams": "1", "hours": "8", "base": "29.9,103.0"}
    ),
    "POST /campaigns/{name}/rounds": Access("SAI", placed="part"),
    "POST /draws/commit": Access("S", form={"name": "d1", "seed": "a seed that is long enough"}),
    "GET /draws/{name}": LIST,
    "POST /draws/{name}": Access("S", form={"campaign": "ya", "seed": "s", "count": "1"}),
    "GET /visits": Access("SI"),
    "GET /visits/worker.js": Access(PUBLIC),
    "GET /visits/session.json": Access("SI"),
    "GET /visits/{case}": Access("SI", placed=True),
    "POST /visits/{case}/photos": Access(
        "SI", placed=True, files={"photo": ("x", b"\xff\xd8\xff picture", "image/jpeg")}
    ),
    "POST /visits/{case}/report": Access(
        "SI", placed=True, json={**VISIT, "submission": "7d0a1d6e-3b1f-4a52-9a50-2f6a3c1f0002"}
    ),
    "GET /grid": LIST,
    "GET /grid/children": Access("SAIU", query="?node=none"),
    "GET /grid/map": LIST,
    "GET /grid/map.json": LIST,
    "GET /grid/balance.json": Access("SAIU", query="?node=none"),
    "GET /grid/residual.json": Access("SAIU", query="?node=none"),
    "GET /grid/heat.json": Access("SAIU", query="?node=none"),
    "GET /grid/{node:path}": LIST,
    "GET /data": Access("DSAU"),
    "POST /data/upload": Access("DSA", form={"kind": "readings"}),
    "POST /data/start": Access("DSA", form={"kind": "coverage"}),
    "POST /data/again": Access("DSA", form={"number": "1", "digest": "0", "kind": "recheck"}),
    "GET /data/jobs": Access("DSAU"),
    "GET /data/jobs/{job}": Access("DSAU"),
    "GET /data/jobs/{job}/state.json": Access("DSAU"),
    "POST /data/jobs/{job}/resume": Access("DSA"),
    "POST /data/jobs/{job}/issues": Access("DSAU"),
    "GET /data/coverage": Access("DSAU"),
    "GET /data/coverage.json": Access("DSAU"),
    "GET /data/meter.json": Access("DSAU", query="?meter=none"),
    "GET /data/meters/{meter:path}": Access("DSAU"),
    "GET /api": Access(EVERYBODY),
    "GET /api/v1/openapi.json": Access(PUBLIC),
    "GET /api/v1/me": Access(EVERYBODY),
    "GET /api/v1/findings": LIST,
    "POST /api/v1/findings/decisions": Access("SA", json={"what": "accept", "run": "latest", "meters": ["none"]}),
    "GET /api/v1/findings/{run}/{meter}": LIST,
    "GET /api/v1/cases": Access("SAIU"),
    "POST /api/v1/cases": Access(
        "SA", json={"campaign": "ya", "sites": [{"site": "s", "division": "511824"}]}, placed=True
    ),
    "GET /api/v1/cases/{case}": READ,
    "GET /api/v1/cases/{case}/page": READ,
    "GET /api/v1/cases/{case}/events": READ,
    "POST /api/v1/cases/{case}/notices": Access("S", placed=True, json=NOTICE),
    "POST /api/v1/cases/{case}/extensions": Access(
        "S", placed=True, json={"until": "2021-06-19T00:00:00+08:00", **WHY}
    ),
    "POST /api/v1/cases/{case}/returns": Access("SAI", placed=True, json={"kind": "stopped", "signed_by": "Li"}),
    "POST /api/v1/cases/{case}/verifications": Access("SA", placed=True, json={}),
    "POST /api/v1/cases/{case}/photos": Access("SI", placed=True, content=b"\xff\xd8\xff picture"),
    "POST /api/v1/cases/{case}/visits": Access(
        "SI", placed=True, json=VISIT, headers={"Idempotency-Key": "7d0a1d6e-3b1f-4a52-9a50-2f6a3c1f0001"}
    ),
    "POST /api/v1/cases/{case}/categories": Access(
        "S", placed=True, json={"pack": "cn-ya-20210617", "categories": ["station"], **WHY}
    ),
    "GET /api/v1/cases/{case}/measures": Access("SAIU", placed=True, query="?pack=cn-ya-20210617"),
    "POST /api/v1/cases/{case}/measures": Access(
        "S", placed=True, json={"pack": "cn-ya-20210617", "measures": ["x"], "because": "b", **BY}
    ),
    "POST /api/v1/cases/{case}/lifts": Access("S", placed=True, json={"measure": "x", **WHY}),
    "POST /api/v1/cases/{case}/disputes": Access(
        "SAI", placed=True, json={"kind": "figures", "raised_by": "p", "grounds": "g"}
    ),
    "POST /api/v1/cases/{case}/settlements": Access("S", placed=True, json={"upheld": False, **WHY}),
    "POST /api/v1/cases/{case}/restorations": Access("S", placed=True, json={"basis": "b", **BY}),
    "POST /api/v1/cases/{case}/referrals": Access(
        "S", placed=True, json={"target": "police", "body": "b", "pack": "cn-ya-20210617", "section": "1", **BY}
    ),
    "POST /api/v1/cases/{case}/closings": Access("S", placed=True, json=WHY),
    "GET /api/v1/campaigns": Access("SAIU"),
    "POST /api/v1/campaigns": Access(
        "S", placed=True, json={"name": "ya2", "region": ["511800"], "packs": ["cn-ya-20210617"], **BY}
    ),
    "GET /api/v1/campaigns/{name}/duties": READ,
    "GET /api/v1/campaigns/{name}/roll-up": READ,
    "POST /api/v1/campaigns/{name}/returns": Access("SA", placed=True, json={"duty": "none", "signed_by": "Li"}),
    "POST /api/v1/campaigns/{name}/extensions": Access(
        "S", placed=True, json={"duty": "none", "until": "2021-06-19T00:00:00+08:00", **WHY}
    ),
    "POST /api/v1/campaigns/{name}/closings": Access("S", placed=True, json=WHY),
    "GET /api/v1/packs": Access(EVERYBODY),
    "GET /api/v1/packs/{pack}": Access(EVERYBODY),
    "GET /api/v1/map": Access(EVERYBODY),
    "GET /api/v1/timeline": Access(EVERYBODY),
    "GET /api/v1/tip-categories": Access(EVERYBODY),
    "GET /api/v1/jobs": Access("DSAU"),
    "GET /api/v1/jobs/{job}": Access("DSAU"),
    "POST /api/v1/jobs": Access("DSA", json={"kind": "coverage"}),
    "POST /api/v1/jobs/uploads": Access("DSA", form={"kind": "readings"}, files={"files": ("a.csv", b"x")}),
    "POST /api/v1/tips": Access("SAI", placed=True, json={"category": "miner", "division": "511824", "what": "noise"}),
    "GET /api/v1/tips/{tip}": Access("S", placed=True),
    "GET /api/v1/ledger/head": Access("DSU"),
    "GET /api/v1/ledger/verification": Access("DSU"),
    "GET /api/v1/ledger/events": Access("DU"),
    "GET /api/v1/ledger/export": Access("DU"),
    "GET /api/v1/audit": Access("DSU"),
}


def routes():
    """Yield (method, path, route) of every route of the application; its one mount holds the static files."""
    for router in ROUTERS:
        for route in router.routes:
            for method in sorted(route.methods):
                yield method, route.path, route


def url_of(path, **more):
    """Return the path with something that is there in place of its parameters."""
    return path.replace(":path}", "}").format(**KNOWN | SPECIAL.get(path, {}) | more)


def page():
    """Return ``docs/console-access.md``."""
    lines = [
        "# Who may reach what",
        "",
        "Written by `python tests/access_table.py` from the table that `tests/web/test_access.py` holds every route of the",
        "console against, role by role. ● is let in, ◐ only in the person's own divisions; all others are refused, which the",
        "ledger records. Lists show only what lies in one's divisions.",
        "",
        f"| request | {' | '.join(NAMES.values())} |",
        f"|---|{'|'.join(':-:' for _ in NAMES)}|",
    ]
    for name, access in TABLE.items():
        mark = "◐" if access.placed else "●"
        cells = ["●"] * len(NAMES) if access.roles == PUBLIC else [mark if one in access.roles else "" for one in NAMES]
        lines.append(f"| `{name}`{' (no sign-in)' if access.roles == PUBLIC else ''} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(not (Path(__file__).parents[1] / "docs" / "console-access.md").write_text(page(), "utf-8"))
