import pytest

from minewatch.model.errors import ConflictError, InputError, MinewatchError
from minewatch.model.text import Text

WRONG, CURE = Text("The file is empty.", "文件为空。"), Text("Export it again.", "请重新导出。")


def test_both_languages_are_told():
    error = InputError(WRONG, remedy=CURE)
    assert error.told("zh") == ("文件为空。", "请重新导出。")
    assert error.told("en") == (error.message, error.remedy) == ("The file is empty.", "Export it again.")
    assert str(error) == "The file is empty. Export it again."


def test_an_error_is_told_of_a_subject_with_more_to_do():
    error = ConflictError(WRONG, remedy=CURE).about("case-7", more=Text("Then again.", "然后重试。"))
    assert isinstance(error, ConflictError)
    assert error.told("en") == ("case-7: The file is empty.", "Export it again. Then again.")
    assert error.told("zh") == ("case-7：文件为空。", "请重新导出。然后重试。")


@pytest.mark.parametrize("subject", ["", "case-1"])
def test_without_more_the_remedy_stays(subject):
    assert MinewatchError(WRONG, remedy=CURE).about(subject).remedy == CURE.en
