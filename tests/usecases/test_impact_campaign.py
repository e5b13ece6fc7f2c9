import pytest

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.usecases import impact_campaign

HEAD = "meter_id,probability,mining_kw,mining_kw_low,mining_kw_high,since\n"


def written(tmp_path, text):
    path = tmp_path / "findings.csv"
    path.write_text(text, "utf-8")
    return path


def test_likely_findings_are_added_up_and_the_rest_is_told(tmp_path):
    rows = "a,0.9,100,80,130,x\nb,0.6,50,40,60,x\nc,0.4,999,999,999,x\nd,0.8,,,,x\n"
    load, note = impact_campaign.load_of_findings(written(tmp_path, HEAD + rows), least_probability=0.5)
    assert (load.low, load.best, load.high) == (120.0, 150.0, 190.0)
    assert "this load: 2," in note.en
    assert "power: 1." in note.en
    assert isinstance(note, Text)


@pytest.mark.parametrize("text", ["", "meter,kw\na,1\n", HEAD + "a,much,1,1,1,x\n", HEAD + "a,0.1,1,1,1,x\n", HEAD])
def test_what_is_no_list_of_likely_findings_is_refused(tmp_path, text):
    with pytest.raises(InputError):
        impact_campaign.load_of_findings(written(tmp_path, text), least_probability=0.5)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="not a list of findings"):
        impact_campaign.load_of_findings(tmp_path / "none.csv", least_probability=0.5)
