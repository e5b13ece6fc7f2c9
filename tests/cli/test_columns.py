"""How wide columns are on a narrow terminal."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from minewatch.cli.columns import BREAKABLE, fitted, folded

METERS = ["meter", "5118240000154", "5118240000236"]
REASONS = ["strongest reason", "the load is unusually even through the whole night", "switched by the clock"]


def test_all_are_as_wide_as_they_want_where_there_is_room():
    fit = fitted([METERS, REASONS], width=120)
    assert fit.shown == (0, 1)
    assert fit.widths == (13, 50)
    assert fit.left_out == ()


def test_ids_stay_whole_and_sentences_are_folded():
    fit = fitted([METERS, REASONS], width=40)
    assert fit.widths == (13, 40 - 13 - 7)


def test_spare_columns_go_first_those_that_hold_nothing_before_the_others():
    columns = [METERS, ["customer", "K00000154", "K00000236"], ["case", "—", ""], REASONS]
    assert fitted(columns, width=48, spare=(1, 2)).left_out == (2,)
    assert fitted(columns, width=40, spare=(1, 2)).left_out == (1, 2)
    assert fitted(columns, width=40, spare=(1, 2)).shown == (0, 3)


def test_words_are_broken_last_and_the_longest_first():
    fit = fitted([["file", "a" * 60], METERS], width=35)
    assert fit.widths == (35 - 7 - 13, 13)


def test_chinese_may_be_broken_anywhere_but_the_figures_in_it():
    fit = fitted([METERS, ["首要理由", "夜间持续运行，负荷平稳异常，自5118240000154起"]], width=40)
    assert fit.widths[0] == 13
    assert fit.widths[1] >= cell_len("5118240000154")


@given(
    columns=st.lists(st.lists(st.text(max_size=40), min_size=2, max_size=4), min_size=1, max_size=6),
    width=st.integers(20, 200),
)
def test_no_table_is_wider_than_its_terminal_unless_every_column_is_at_its_least(columns, width):
    fit = fitted(columns, width=width, spare=range(1, len(columns)))
    assert sorted((*fit.shown, *fit.left_out)) == list(range(len(columns)))
    taken = sum(fit.widths) + 3 * len(fit.widths) + 1
    assert taken <= width or all(cells <= BREAKABLE for cells in fit.widths)


def test_lines_break_at_spaces_and_between_chinese_characters_never_in_a_figure():
    assert folded("the load is even", width=8) == ["the load", "is even"]
    assert folded("首末读数之间有缺测：384 / 3356。", width=22) == ["首末读数之间有缺测：", "384 / 3356。"]
    assert folded("读数重复，仅采用一次。", width=20) == ["读数重复，仅采用一", "次。"]
    assert folded("5118240000154", width=6) == ["511824", "000015", "4"]
    assert folded("one\ntwo", width=6) == ["one", "two"]
    assert folded("", width=6) == [""]


@given(st.text(st.sampled_from("a1 ，。（）“”中文字.-"), max_size=60), st.integers(4, 30))
def test_nothing_is_lost_and_no_line_is_too_long(text, width):
    lines = folded(text, width=width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
