"""Who may open the console: local accounts, sessions, tokens of the API. What a person may do stays with the ledger's actors.

Lockouts, new and changed accounts are events of the ledger (stream ``accounts``), so that an auditor finds them; passwords
and secrets are not. Secrets are given to these functions, never made by them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from minewatch.model.actors import Actor, Role
from minewatch.model.errors import ConflictError, InputError, RuleError
from minewatch.model.events import JsonValue, NewEvent, Stamp, utc_text
from minewatch.model.text import Text
from minewatch.stores.console_store import Account, ConsoleStore, Session, Token
from minewatch.stores.passwords import digest, hashed, matches
from minewatch.usecases.access import ACTORS, EventLog, actors, add_actor, append_anyhow
from minewatch.usecases.office import Office, Turn

STREAM = "accounts"
IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=12)
TOUCHED_EVERY = timedelta(minutes=1)
FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
LEAST_LENGTH = 12
MOST_LENGTH = 200
TOKEN_DAYS = 90
FIRST = "admin"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Random secrets for a new session: the cookie's value and the token that forms carry."""

    cookie: str
    csrf: str


def first_account(*, office: Office, store: ConsoleStore, password: str, at: datetime) -> str | None:
    """Make the first account, an administrator's, with a one-time ``password``; return its name, None if accounts exist.

    A person who is an administrator in the ledger already gets the account; otherwise ``admin`` is registered.
    """
    if store.accounts():
        return None
    known = [actor.name for actor in actors(log=office.log) if Role.ADMINISTRATOR in actor.roles]
    if not known:
        if office.log.stream(ACTORS):
            raise RuleError(
                Text("People are registered, but none of them is an administrator.", "已登记人员中没有管理员。"),
                remedy=Text(
                    "The console cannot make one up: check the ledger with minewatch actor list.",
                    "控制台无法自行设立管理员：请用 minewatch actor list 核对台账。",
                ),
            )
        new = Actor(FIRST, frozenset({Role.ADMINISTRATOR}), ("000000",))
        add_actor(log=office.log, by=None, new=new, at=at)
        known = [FIRST]
    _add(office.log, store, name=known[0], password=password, by=known[0], at=at)
    return known[0]


def add_account(*, turn: Turn, store: ConsoleStore, name: str, password: str) -> None:
    """Give the registered person ``name`` an account with a one-time ``password``, to be changed at the first sign-in."""
    turn.may("actor.manage")
    if name not in {actor.name for actor in actors(log=turn.office.log)}:
        raise InputError(
            Text(f"Nobody is registered as {name!r}.", f"没有登记名为“{name}”的人员。"),
            remedy=Text("Register the person first, with role and division.", "请先登记该人员及其角色和辖区。"),
        )
    _add(turn.office.log, store, name=name, password=password, by=turn.actor.name, at=turn.at)


def reset_account(*, turn: Turn, store: ConsoleStore, name: str, password: str) -> None:
    """Give an account a new one-time password, unlock it and end its sessions and tokens."""
    turn.may("actor.manage")
    _known(store, name)
    store.change_account(
        name, {"password": hashed(password), "must_change": 1, "failed": 0, "locked_until": "", "disabled": 0}
    )
    store.end_sessions(name)
    store.end_tokens(name)
    _record(turn.office.log, "account.reset/1", name=name, by=turn.actor.name, at=turn.at)


def disable_account(*, turn: Turn, store: ConsoleStore, name: str) -> None:
    """Close an account: its sessions and tokens end at once. One's own account cannot be closed."""
    turn.may("actor.manage")
    _known(store, name)
    if name == turn.actor.name:
        raise RuleError(
            Text("You cannot close your own account.", "不能注销自己的账号。"),
            remedy=Text("Let another administrator close it.", "请由其他管理员注销。"),
        )
    store.change_account(name, {"disabled": 1})
    store.end_sessions(name)
    store.end_tokens(name)
    _record(turn.office.log, "account.disabled/1", name=name, by=turn.actor.name, at=turn.at)


def sign_in(*, log: EventLog, store: ConsoleStore, name: str, password: str, secrets: Secrets, at: datetime) -> Session:
    """Check a password and open a session.

    One sentence answers a wrong name, a wrong password and a closed account alike, after the same work; five failures lock
    an account for a quarter of an hour, which is put on record. Raises ``RuleError``.
    """
    account = store.account(name)
    right = matches(password, account.password if account else "")
    if account and account.locked_until > utc_text(at):
        raise RuleError(
            Text("This account is locked after too many wrong passwords.", "密码多次错误，该账号已锁定。"),
            remedy=Text(
                "Wait a quarter of an hour, or ask an administrator to reset it.", "请等待一刻钟，或请管理员重置。"
            ),
        )
    if account is None or not right or account.disabled:
        if account and not account.disabled and store.count_failure(name) >= FAILURES:
            store.change_account(name, {"failed": 0, "locked_until": utc_text(at + LOCKED_FOR)})
            _record(log, "account.locked/1", name=name, by=name, at=at)
        raise RuleError(
            Text("Name or password is wrong.", "用户名或密码错误。"),
            remedy=Text("Try again; after five failures an account is locked.", "请重试；连续五次错误后账号将被锁定。"),
        )
    store.change_account(name, {"failed": 0, "locked_until": ""})
    return open_session(store=store, name=name, secrets=secrets, at=at)


def sign_in_as(*, store: ConsoleStore, subject: str, secrets: Secrets, at: datetime) -> Session:
    """Open a session for the person an identity provider vouched for; ``RuleError`` where no open account is tied to it.

    A one-time password that was never used is thrown away: the provider has established who it is.
    """
    account = store.account_of_subject(subject)
    if account is None or account.disabled:
        raise RuleError(
            Text(
                f"No account is tied to {subject}, your name at the identity provider.",
                f"没有账户与您的统一身份认证标识 {subject} 关联。",
            ),
            remedy=Text("Ask an administrator to tie yours to it on the page People.", "请管理员在“人员”页面关联。"),
        )
    if account.must_change:
        store.change_account(account.name, {"password": "", "must_change": 0})
    return open_session(store=store, name=account.name, secrets=secrets, at=at)


def open_session(*, store: ConsoleStore, name: str, secrets: Secrets, at: datetime) -> Session:
    """Open a session for somebody whose identity is established, and forget sessions that ended by themselves."""
    now = utc_text(at)
    store.end_old_sessions(created_before=utc_text(at - LONGEST), seen_before=utc_text(at - IDLE))
    session = Session(digest(secrets.cookie), name, secrets.csrf, now, now)
    store.add_session(session)
    return session


def session_of(*, store: ConsoleStore, cookie: str, at: datetime) -> tuple[Session, Account] | None:
    """Return the session of a cookie and its account; None when there is none, it has ended, or the account is closed."""
    session = store.session(digest(cookie)) if cookie else None
    if session is None:
        return None
    ended = session.created_at < utc_text(at - LONGEST) or session.seen_at < utc_text(at - IDLE)
    account = store.account(session.name)
    if ended or account is None or account.disabled:
        store.end_session(session.digest)
        return None
    if session.seen_at < utc_text(at - TOUCHED_EVERY):
        store.touch_session(session.digest, utc_text(at))
    return session, account


def change_password(*, store: ConsoleStore, session: Session, old: str, new: str) -> None:
    """Change one's own password; every other session of the account ends. ``InputError`` for a wrong or weak one."""
    account = _known(store, session.name)
    if not matches(old, account.password):
        raise InputError(
            Text("The old password is wrong.", "原密码错误。"), remedy=Text("Type it again.", "请重新输入。")
        )
    check_password(new, name=account.name)
    if old == new:
        raise InputError(
            Text("The new password is the old one.", "新密码与原密码相同。"),
            remedy=Text("Choose another.", "请换一个密码。"),
        )
    store.change_account(account.name, {"password": hashed(new), "must_change": 0})
    store.end_sessions(account.name, but=session.digest)


def check_password(password: str, *, name: str) -> None:
    """Raise ``InputError`` for a password that is short, all one character, or holds the name (NIST SP 800-63B, 5.1.1)."""
    if len(password) < LEAST_LENGTH or len(password) > MOST_LENGTH:
        raise InputError(
            Text(
                f"A password has {LEAST_LENGTH} to {MOST_LENGTH} characters.",
                f"密码长度须为 {LEAST_LENGTH} 至 {MOST_LENGTH} 个字符。",
            ),
            remedy=Text("Three or four words do well.", "用三四个词组成即可。"),
        )
    if len(set(password)) < 4 or (len(name) > 3 and name.casefold() in password.casefold()):
        raise InputError(
            Text("This password is easy to guess.", "该密码容易被猜到。"),
            remedy=Text("Leave your name out and use more than a few letters.", "请勿包含本人姓名，并多用几种字符。"),
        )


def tie_subject(*, turn: Turn, store: ConsoleStore, name: str, subject: str) -> None:
    """Tie an account to the name an identity provider knows the person by; an empty one unties it."""
    turn.may("actor.manage")
    _known(store, name)
    other = store.account_of_subject(subject)
    if other and other.name != name:
        raise ConflictError(
            Text(f"{other.name} is tied to that name already.", f"{other.name} 已绑定该名称。"),
            remedy=Text("Untie it there first.", "请先在该账号处解除绑定。"),
        )
    store.change_account(name, {"subject": subject})
    _record(turn.office.log, "account.tied/1", name=name, by=turn.actor.name, at=turn.at)


def new_token(*, turn: Turn, store: ConsoleStore, label: str, secret: str) -> Token:
    """Give the person a token for the API, good for 90 days; it may do what the person may do."""
    if not label.strip() or len(label) > 200:
        raise InputError(
            Text("A token needs a label of at most 200 characters.", "令牌须有不超过 200 字的名称。"),
            remedy=Text("Say what will use it.", "请写明由什么使用。"),
        )
    key = digest(secret)
    expires = utc_text(turn.at + timedelta(days=TOKEN_DAYS))
    token = Token(key, key[:12], turn.actor.name, label.strip(), utc_text(turn.at), expires, "")
    store.add_token(token)
    _record(
        turn.office.log, "account.token_made/1", name=turn.actor.name, by=turn.actor.name, at=turn.at, token=token.id
    )
    return token


def end_token(*, turn: Turn, store: ConsoleStore, identity: str) -> None:
    """Take a token back."""
    if not store.end_token(turn.actor.name, identity):
        raise InputError(
            Text(f"You have no token {identity}.", f"您没有令牌 {identity}。"),
            remedy=Text("Look at the list of your tokens.", "请查看您的令牌列表。"),
        )
    _record(
        turn.office.log, "account.token_ended/1", name=turn.actor.name, by=turn.actor.name, at=turn.at, token=identity
    )


def name_of_token(*, store: ConsoleStore, secret: str, at: datetime) -> str | None:
    """Return whose token this is; None when there is none, it has expired, or the account is closed or waits for a password."""
    token = store.token(digest(secret)) if secret else None
    if token is None or token.expires_at < utc_text(at):
        return None
    account = store.account(token.name)
    if account is None or account.disabled or account.must_change:
        return None
    if not token.used_at or token.used_at < utc_text(at - TOUCHED_EVERY):
        store.touch_token(token.digest, utc_text(at))
    return token.name


def is_locked(account: Account, at: datetime) -> bool:
    """Tell whether the account is locked at that time."""
    return account.locked_until > utc_text(at.astimezone(UTC))


def _add(log: EventLog, store: ConsoleStore, *, name: str, password: str, by: str, at: datetime) -> None:
    account = Account(
        name=name,
        password=hashed(password),
        must_change=True,
        failed=0,
        locked_until="",
        disabled=False,
        language="",
        subject="",
        created_at=utc_text(at),
    )
    store.add_account(account)
    _record(log, "account.made/1", name=name, by=by, at=at)


def _known(store: ConsoleStore, name: str) -> Account:
    account = store.account(name)
    if account is None:
        raise InputError(
            Text(f"{name!r} has no account.", f"“{name}”没有账号。"),
            remedy=Text("Make one on the page of people.", "请在人员页面为其建立账号。"),
        )
    return account


def _record(log: EventLog, event: str, *, name: str, by: str, at: datetime, **more: JsonValue) -> None:
    append_anyhow(log, STREAM, NewEvent(event, {"name": name, **more}), Stamp(by, at, "actor.manage"))
