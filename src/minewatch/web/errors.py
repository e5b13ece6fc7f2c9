"""Errors as pages, and as problem details (RFC 9457) for the API: one table from ``model/errors.py`` to status codes."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from minewatch.model.errors import (
    ConfigurationError,
    ConflictError,
    InputError,
    MinewatchError,
    MissingError,
    RuleError,
    StoreError,
)
from minewatch.model.text import Text
from minewatch.web.context import API, SIGN_IN, MustChangePasswordError, NotSignedInError, Visitor, language_of
from minewatch.web.pages import page

STATUS: Mapping[type[MinewatchError], int] = {
    InputError: 400,
    MissingError: 404,
    RuleError: 403,
    ConflictError: 409,
    ConfigurationError: 503,
    StoreError: 503,
}
WORDS: Mapping[int, Text] = {
    400: Text("This cannot be used", "无法使用"),
    401: Text("Sign in first", "请先登录"),
    403: Text("Not allowed", "不允许"),
    404: Text("There is nothing here", "此处没有内容"),
    405: Text("This cannot be done here", "此处不能这样操作"),
    409: Text("Somebody else was faster", "他人已先行更改"),
    413: Text("Too large", "文件过大"),
    429: Text("Too many requests", "请求过于频繁"),
    500: Text("The program has a fault", "程序出错"),
    503: Text("The console is not ready", "控制台暂不可用"),
}
FORGED = Text(
    "The form was not sent from this console, or it is too old. Load the page again and repeat.",
    "表单不是从本控制台提交，或已过期。请重新载入页面后再试。",
)
SAID: Mapping[int, Text] = {
    401: Text(
        "No token was sent, or it has ended: make one on the page /account.",
        "缺少令牌或令牌已失效：请在 /account 页面生成。",
    ),
    404: Text("This address leads nowhere.", "该地址不存在。"),
    405: Text("This address takes other requests.", "该地址不接受此类请求。"),
    413: Text("What was sent is too large.", "提交内容过大。"),
    429: Text("Come again after the seconds that Retry-After names.", "请在 Retry-After 所示秒数之后再试。"),
}
FAULT = Text(
    "What went wrong stands in the server's log. Nothing was half stored.", "详情见服务器日志；没有写入一半的数据。"
)


def status_of(error: MinewatchError) -> int:
    """Return the status of ``error``: that of its nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def answer(request: Request, status: int, sentence: str, remedy: str = "") -> Response:
    """Answer an error: as problem details to the API and to scripts, as a page to people."""
    wants_json = "application/json" in request.headers.get("accept", "")
    if request.url.path.startswith(API) or wants_json:
        title = WORDS.get(status, WORDS[400]).en
        body = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
        return JSONResponse(
            {**body, "remedy": remedy} if remedy else body, status_code=status, media_type="application/problem+json"
        )
    who = getattr(request.state, "visitor", None)
    visitor = who if isinstance(who, Visitor) else None
    words = WORDS.get(status, WORDS[400])
    return page(request, visitor, "error.html", status=status, words=words, sentence=sentence, remedy=remedy)


async def _ours(request: Request, error: Exception) -> Response:
    if not isinstance(error, MinewatchError):
        raise error
    who = getattr(request.state, "visitor", None)
    language = who.language if isinstance(who, Visitor) else language_of(request)
    return answer(request, status_of(error), *error.told(language))


async def _not_signed_in(request: Request, _error: Exception) -> Response:
    if request.method != "GET" or "application/json" in request.headers.get("accept", ""):
        return answer(request, 401, "Your session has ended. 会话已结束。")
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{SIGN_IN}?{urlencode({'next': asked})}", status_code=303)


async def _must_change(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/account/password", status_code=303)


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    said = FORGED if error.status_code == 403 and error.detail in {"origin", "csrf"} else SAID.get(error.status_code)
    found = answer(request, error.status_code, f"{said.en} {said.zh}" if said else "")
    found.headers.update(error.headers or {})
    return found


async def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    told = "; ".join(f"{'.'.join(str(part) for part in one['loc'][1:])}: {one['msg']}" for one in error.errors())
    return answer(request, 400, told[:1000])


async def _fault(request: Request, _error: Exception) -> Response:
    return answer(request, 500, f"{FAULT.en} {FAULT.zh}")


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(MinewatchError, _ours)
    app.add_exception_handler(NotSignedInError, _not_signed_in)
    app.add_exception_handler(MustChangePasswordError, _must_change)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(500, _fault)
