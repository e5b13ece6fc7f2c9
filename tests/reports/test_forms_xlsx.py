"""Forms: choices from a list, numbers held to numbers, text that is never run."""

import io
from datetime import UTC, datetime

import openpyxl

from minewatch.model.text import Text
from minewatch.reports.forms_xlsx import ROOM, FormColumn, form_workbook

COLUMNS = (
    FormColumn("结论", Text("choose", "请选择"), choices=("是", "否")),
    FormColumn("功率", Text("kW", "千瓦"), kind="number"),
    FormColumn("备注", Text("any", "任意")),
)


def made():
    now = datetime(2021, 6, 17, tzinfo=UTC)
    return form_workbook(
        COLUMNS, [["是", 3.5, "=1+1"], [None, None, ""]], title=Text("t", "标题"), language="zh", made_at=now
    )


def test_the_same_form_again_and_what_it_holds():
    assert made() == made()
    page = openpyxl.load_workbook(io.BytesIO(made()))["form"]
    assert [cell.value for cell in page[3]] == ["是", 3.5, "=1+1"]
    assert page["C3"].data_type == "s"
    checks = {str(check.sqref): (check.type, check.formula1) for check in page.data_validations.dataValidation}
    assert checks[f"A3:A{4 + ROOM}"] == ("list", '"是,否"')
    assert checks[f"B3:B{4 + ROOM}"] == ("decimal", "0")
