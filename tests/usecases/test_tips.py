"""Tips: the ledger holds category and place; who said it is read by a supervisor only, on record, and can be erased."""

import pytest

from minewatch.model.errors import InputError, MinewatchError, RuleError
from minewatch.usecases.tips import Tip, add_tip, categories, erase_tip, read_tip
from ya_turn import BAI, CHEN, ROOT, turn_of, ya

TIP = Tip(category="host", division="511824", what="fans at night", informant="Wang Wu", contact="139")


def test_the_informant_is_kept_apart_read_on_record_and_erased(tmp_path):
    with ya(tmp_path) as office:
        number = add_tip(turn=turn_of(office, BAI), tip=TIP, fresh="f" * 32)
        assert number == "tip-1"
        whole = "".join(event.data for event in office.log.events())
        assert "Wang" not in whole
        assert "fans" not in whole
        with pytest.raises(RuleError, match="tip\\.read"):
            read_tip(turn=turn_of(office, BAI), tip="1")
        told = read_tip(turn=turn_of(office, CHEN), tip="1")
        assert (told["informant"], told["contact"], told["category"]) == ("Wang Wu", "139", "host")
        assert office.log.stream("tip-1")[-1].payload == {"by": "chen"}
        with pytest.raises(RuleError, match="personal\\.erase"):
            erase_tip(turn=turn_of(office, CHEN), tip="1")
        assert erase_tip(turn=turn_of(office, ROOT), tip="1")
        assert not erase_tip(turn=turn_of(office, ROOT), tip="1")
        assert read_tip(turn=turn_of(office, CHEN), tip="tip-1")["erased"] is True
        assert list(office.log.verify()) == []


def test_what_is_no_tip(tmp_path):
    with ya(tmp_path) as office:
        turn = turn_of(office, BAI)
        assert len(categories(turn)) == 4
        with pytest.raises(InputError, match="says nothing"):
            add_tip(turn=turn, tip=Tip(category="host", division="511824", what=" ", informant=""), fresh="a")
        with pytest.raises(MinewatchError):
            add_tip(turn=turn, tip=Tip(category="ghost", division="511824", what="x", informant=""), fresh="a")
        with pytest.raises(MinewatchError, match="no tip 9"):
            read_tip(turn=turn, tip="9")
