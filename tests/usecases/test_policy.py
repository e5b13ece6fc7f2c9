import json
from datetime import date

import pytest

from minewatch.model.errors import ConfigurationError, InputError, RuleError
from minewatch.policy.library import shipped
from minewatch.usecases import policy as use
from minewatch.usecases.workspaces import init_workspace


def test_check_collects_faults_of_all_files(tmp_path):
    (tmp_path / "good.yaml").write_text(shipped()[0].text, "utf-8")
    (tmp_path / "bad.yaml").write_text("id: x\n", "utf-8")
    receipt = use.check_files([tmp_path])
    assert receipt.checked == (shipped()[0].pack.id,)
    assert {fault.file for fault in receipt.faults} == {str(tmp_path / "bad.yaml")}


def test_own_folder_wins_and_is_named(tmp_path):
    text = next(held.text for held in shipped() if held.pack.id == "cn-ya-20210617")
    (tmp_path / "ya.yaml").write_text(text.replace("edition: 1", "edition: 5"), "utf-8")
    packs = use.open_library(folder=tmp_path)
    row = next(row for row in use.list_packs(packs) if row.id == "cn-ya-20210617")
    assert row.origin.endswith("ya.yaml")
    assert row.overrides is not None
    changes = use.compare(packs, str(tmp_path / "ya.yaml"), "cn-ya-20210617")
    assert changes == ()


def test_views_become_json():
    packs = use.open_library()
    data = json.loads(json.dumps(use.as_data(use.map_view(packs, on=date(2021, 6, 12)))))
    assert data["on"] == "2021-06-12"
    sichuan = next(row for row in data["rows"] if row["code"] == "510000")
    assert sichuan["verdict"] == "none"
    assert sichuan["in_force"] == sichuan["reported"] == sichuan["draft"] == []
    assert json.dumps(use.as_data(use.timeline_view(packs)))


def test_a_draft_is_refused_as_basis_and_taken_on_by_name():
    packs = use.open_library()
    with pytest.raises(RuleError):
        use.notice_basis(packs, identity="cn-ya-20210617", on=date(2021, 6, 17))
    basis = use.notice_basis(
        packs, identity="cn-ya-20210617", on=date(2021, 6, 17), person="Wang Fang", reason="minutes seen"
    )
    assert basis.taken_on is not None


def test_wrong_picture_and_missing_folder_are_told(tmp_path):
    packs = use.open_library()
    with pytest.raises(InputError, match="no picture"):
        use.save_timeline(use.timeline_view(packs), tmp_path / "map.pdf")
    with pytest.raises(InputError, match="not a folder"):
        use.open_library(folder=tmp_path / "none")


def test_packs_of_the_workspace_win_and_none_is_needed(tmp_path):
    text = next(held.text for held in shipped() if held.pack.id == "cn-ya-20210617")
    init_workspace(folder=tmp_path / "office", zone="+08:00", shards=1)
    packs = tmp_path / "office" / "packs"
    assert not use.find_library(folder=None, variable=None, start=tmp_path / "office").get("cn-ya-20210617").own
    packs.mkdir()
    (packs / "ya.yaml").write_text(text.replace("edition: 1", "edition: 5"), "utf-8")
    assert use.find_library(folder=None, variable=None, start=tmp_path / "office").get("cn-ya-20210617").own
    assert use.find_library(folder=None, variable=str(tmp_path / "office"), start=tmp_path).get("cn-ya-20210617").own
    assert not use.find_library(folder=None, variable=None, start=tmp_path).get("cn-ya-20210617").own
    with pytest.raises(ConfigurationError):
        use.find_library(folder=None, variable=str(tmp_path / "nowhere"), start=tmp_path)


def test_a_code_that_no_division_had_is_refused():
    packs = use.open_library()
    assert use.list_packs(packs, code="511800")
    assert use.list_packs(packs, code="511802") == ()
    for asked in (lambda: use.list_packs(packs, code="zzz"), lambda: use.timeline_view(packs, codes=["511800", "zzz"])):
        with pytest.raises(InputError, match="not a code of GB/T 2260"):
            asked()
