"""A wrong command line is told in Chinese where that is asked for."""

import os

import pytest
from typer.testing import CliRunner

from minewatch.cli.main import app


def told(*words, language="zh"):
    result = CliRunner().invoke(app, list(words), env={**os.environ, "MINEWATCH_LANG": language})
    assert result.exit_code == 2
    return result.output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["findings", "list", "--size", "x"], "--size 的值无效：应为整数。"),
        (["findings", "list", "--size", "0"], "--size 的值无效：不得小于 1。"),
        (["findings", "list", "--size", "501"], "--size 的值无效：不得大于 500。"),
        (["findings", "list", "--siz", "3"], "没有选项 --siz。是否为："),
        (["findings", "show"], "缺少参数 meter。"),
        (["findings", "list", "a", "b"], "多余的参数：a b。"),
        (["findings", "nothing"], "没有命令“nothing”。"),
        (["nothing"], "没有命令“nothing”。"),
        (["findings", "dismiss", "M1", "--why"], "选项 --why 后面缺少值。"),
        (["actor", "add", "li"], "缺少选项 --role。"),
        (["actor", "add", "li", "--role", "boss"], "--role 的值无效：“boss”不在可选值之列："),
        (["grid", "tree", "--on", "2021-99-99"], "--on 的值无效：“2021-99-99”不符合格式 '%Y-%m-%d'。"),
    ],
)
def test_what_was_wrong_is_told_in_chinese(words, expected):
    output = told(*words)
    assert f"minewatch: {expected}" in output
    assert "Error" not in output


def test_it_says_where_the_usage_stands():
    assert "处理办法：用法见" in told("findings", "list", "--size", "x")
    assert "findings list --help" in told("findings", "list", "--size", "x")


def test_help_stays_help_and_english_stays_english():
    assert "Usage:" in told("findings")
    assert "No such command 'nothing'" in told("nothing", language="en")
