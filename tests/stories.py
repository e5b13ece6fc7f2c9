"""One short talk of every dialect, as miners and pools really word them."""

import json
import zlib
from base64 import b64encode

from talks import START, Talk, certificate_record, client_hello, frame, sealed

PREV = "4d16b6f85af6e2198f44ae2a6de67f78487ae5611b77c6c0440b921e00000000"
NOTIFY = {
    "id": None, "method": "mining.notify",
    "params": ["bf", PREV, "01000000010000", "072f736c7573682f000000000100f2052a01000000", [], "20000000", "17034219",
               "655c7f00", True],
}  # fmt: skip
XMR_WALLET = "4" + "A" * 94
JOB = {
    "blob": "0e0e" + "ab" * 74,
    "job_id": "q1",
    "target": "b88d0600",
    "algo": "rx/0",
    "height": 3000000,
    "seed_hash": "cd" * 32,
}
WORD = "0x" + "ab" * 32
ETH_TARGET = "0x0000000112e0be826d694b2e62d01511f12a6061fbaec8bc02357593e70e52ba"


def line(value):
    return json.dumps(value) + "\n"


def ask(number, method, *params):
    return line({"id": number, "method": method, "params": list(params)})


def answer(number, result):
    return line({"id": number, "result": result, "error": None})


def stratum(agent="cgminer/4.12", worker="bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq.rig1", **more):
    talk = Talk(**more)
    talk.miner(ask(1, "mining.configure", ["version-rolling"], {"version-rolling.mask": "1fffe000"}))
    talk.pool(answer(1, {"version-rolling": True, "version-rolling.mask": "1fffe000"}))
    talk.miner(ask(2, "mining.subscribe", agent))
    talk.pool(answer(2, [[["mining.set_difficulty", "b4"], ["mining.notify", "ae"]], "08000002", 4]))
    talk.miner(ask(3, "mining.authorize", worker, "x"))
    talk.pool(answer(3, True)).pool(line({"id": None, "method": "mining.set_difficulty", "params": [65536]}))
    for number in range(10, 20):
        talk.pool(line(NOTIFY), after=10)
        talk.miner(ask(number, "mining.submit", worker, "bf", "00000000", "655c7f01", "b2957c02", "00004000"), after=5)
        talk.pool(answer(number, number != 19))
    return talk


def mid_stream():
    talk = Talk(shake=False)
    text = line(NOTIFY)
    talk.pool(text[40:]).pool(text, after=30).miner(
        ask(9, "mining.submit", "w", "bf", "00000000", "655c7f01", "b2957c02")
    )
    return talk


def nicehash():
    talk = Talk()
    talk.miner(ask(1, "mining.subscribe", "NiceHash/1.0.0", "1700000000", "ab" * 32))
    talk.pool(answer(1, [[["mining.notify", "ae"]], "08000002", 4]))
    return talk.pool(line({"id": None, "method": "mining.set_difficulty", "params": [500000]})).pool(line(NOTIFY))


def ethereum_stratum_1(start=1_600_000_000.0):
    talk = Talk(start=start)
    talk.miner(ask(1, "mining.subscribe", "ethminer/0.19", "EthereumStratum/1.0.0"))
    talk.pool(answer(1, [["mining.notify", "ae6812eb", "EthereumStratum/1.0.0"], "080c"]))
    talk.miner(ask(2, "mining.authorize", "0x" + "9c" * 20 + ".rig", "x")).pool(answer(2, True))
    talk.pool(line({"id": None, "method": "mining.set_difficulty", "params": [0.5]}))
    talk.pool(line({"id": None, "method": "mining.notify", "params": ["bf", "ab" * 32, "cd" * 32, True]}))
    return talk.miner(ask(4, "mining.submit", "w", "bf", "6a909d9bbc0f"), after=9).pool(answer(4, True))


def ethereum_stratum_2(start=1_600_000_000.0):
    talk = Talk(start=start)
    hello = {"agent": "ethminer-0.19", "host": "eu.pool.example", "port": "4D2", "proto": "EthereumStratum/2.0.0"}
    talk.miner(line({"id": 0, "method": "mining.hello", "params": hello}))
    talk.pool(line({"id": 0, "result": {"proto": "EthereumStratum/2.0.0", "encoding": "gzip", "resume": "0"}}))
    talk.miner(line({"id": 1, "method": "mining.subscribe"})).pool(line({"id": 1, "result": "s-12345"}))
    talk.pool(line({"method": "mining.set", "params": {"epoch": "dc", "target": "00ff" + "ff" * 30, "algo": "ethash"}}))
    return talk.pool(line({"method": "mining.notify", "params": ["bf0488aa", "6526d5", "cd" * 32, "0"]}))


def ethereum_tcp(start=1_600_000_000.0):
    talk = Talk(start=start)
    talk.miner(
        line({"id": 1, "jsonrpc": "2.0", "method": "eth_submitLogin", "params": ["0x" + "9c" * 20, "x"], "worker": "r"})
    )
    talk.pool(answer(1, True)).miner(ask(2, "eth_getWork")).pool(answer(2, [WORD, WORD, ETH_TARGET]))
    return talk.miner(ask(3, "eth_submitWork", "0x1", WORD, WORD), after=20).pool(answer(3, True))


def post(body, *, host="pool.example", agent="ethminer", extra=""):
    data = body if isinstance(body, str) else json.dumps(body)
    return (
        f"POST / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\n{extra}Content-Type: application/json\r\n"
        f"Content-Length: {len(data)}\r\n\r\n{data}"
    )


def reply(body, *, status="200 OK"):
    data = body if isinstance(body, str) else json.dumps(body)
    return f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n{data}"


def reply_chunked(body):
    data = json.dumps(body)
    half = len(data) // 2
    pieces = "".join(f"{len(one):x}\r\n{one}\r\n" for one in (data[:half], data[half:]))
    return f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{pieces}0\r\n\r\n"


def ethereum_http(start=1_600_000_000.0):
    talk = Talk(start=start, ports=(50123, 80))
    talk.miner(post({"id": 1, "method": "eth_getWork", "params": []}, agent="Mozilla/5.0"))
    talk.pool(reply_chunked({"id": 1, "result": [WORD, WORD, ETH_TARGET]}))
    talk.miner(post({"id": 2, "method": "eth_submitHashrate", "params": ["0x1dcd6500", WORD]}, agent="Mozilla/5.0"))
    return talk.pool(reply({"id": 2, "result": True}))


def getwork():
    talk = Talk(ports=(50123, 8332))
    extra = (
        f"X-Mining-Extensions: longpoll midstate\r\nAuthorization: Basic {b64encode(b'miner.1:secret').decode()}\r\n"
    )
    talk.miner(post({"method": "getwork", "params": [], "id": 0}, agent="cgminer 3.7.2", extra=extra))
    work = {"data": "00" * 128, "target": "ff" * 28 + "00000000", "midstate": "ab" * 32, "hash1": "00" * 64}
    return talk.pool(reply({"id": 0, "result": work, "error": None}))


def getblocktemplate():
    talk = Talk(ports=(50123, 8332))
    talk.miner(post({"method": "getblocktemplate", "params": [{"rules": ["segwit"]}], "id": 0}, agent="bfgminer/5.5"))
    template = {
        "previousblockhash": "00" * 32,
        "coinbasevalue": 625000000,
        "bits": "17034219",
        "transactions": [{"data": "ab" * 50_000}],
    }
    return talk.pool(reply({"id": 0, "result": template, "error": None}))


def rejected_post():
    talk = Talk(ports=(50123, 25))
    whole = post(
        {"method": "getwork", "params": [], "id": 0}, agent="cgminer 3.7.2", extra="X-Mining-Extensions: longpoll\r\n"
    )
    return talk.miner(whole.split("\r\n\r\n")[0] + "\r\n\r\n").pool(
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request"
    )


def monero(**more):
    talk = Talk(**more)
    login = {"login": XMR_WALLET, "pass": "x", "agent": "XMRig/6.20.0", "algo": ["rx/0", "cn/r"]}
    talk.miner(line({"id": 1, "jsonrpc": "2.0", "method": "login", "params": login}))
    talk.pool(line({"id": 1, "result": {"id": "c1", "job": JOB, "status": "OK"}, "error": None}))
    submit = {"id": "c1", "job_id": "q1", "nonce": "ffff0000", "result": "ee" * 32}
    talk.miner(line({"id": 2, "method": "submit", "params": submit}), after=30)
    talk.pool(line({"id": 2, "result": {"status": "OK"}, "error": None}))
    talk.pool(line({"method": "job", "params": JOB}), after=60)
    return talk.miner(line({"id": 3, "method": "keepalived", "params": {"id": "c1"}}), after=60)


def zcash():
    talk = Talk()
    talk.miner(ask(1, "mining.subscribe", "EWBF/0.6", None, "eu.zec.example", "2142"))
    talk.pool(answer(1, [None, "c208ec77000000000000000077ec08c1"]))
    talk.miner(ask(2, "mining.authorize", "t1" + "K" * 33 + ".rig", "x")).pool(answer(2, True))
    talk.pool(line({"id": None, "method": "mining.set_target", "params": ["003c" + "3c" * 30]}))
    job = ["1", "04000000", "ab" * 32, "cd" * 32, "00" * 32, "655c7f00", "1c01a2b3", True]
    talk.pool(line({"id": None, "method": "mining.notify", "params": job}))
    talk.miner(ask(4, "mining.submit", "t1x.rig", "1", "655c7f00", "00" * 24, "fd4005" + "ab" * 1344), after=15)
    return talk.pool(answer(4, True))


def websocket(*, upgrade=True, packed=False):
    talk = Talk(ports=(50123, 80))
    if upgrade:
        talk.miner(
            "GET /proxy HTTP/1.1\r\nHost: ws.pool.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "User-Agent: Mozilla/5.0\r\n\r\n"
        )
        talk.pool("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    packers = [zlib.compressobj(wbits=-15), zlib.compressobj(wbits=-15)]

    def send(way, value, after=0.0):
        text = line(value).encode()
        if packed:
            text = (packers[way].compress(text) + packers[way].flush(zlib.Z_SYNC_FLUSH))[:-4]
        talk.say(way, frame(text, masked=way == 0, first=0xC1 if packed else 0x81), after=after)

    send(0, {"type": "auth", "params": {"site_key": "k" * 32, "type": "anonymous"}})
    send(1, {"type": "authed", "params": {"token": "", "hashes": 0}})
    send(1, {"type": "job", "params": {"job_id": "1", "blob": "ab" * 76, "target": "ffffff00"}})
    send(0, {"type": "submit", "params": {"job_id": "1", "nonce": "ab12cd34", "result": "ee" * 32}}, after=20)
    send(1, {"type": "hash_accepted", "params": {"hashes": 256}})
    return talk


def stratum_v2(*, shares=12):
    talk = Talk(ports=(50123, 34254))
    talk.miner(sealed(64, 1)).pool(sealed(234, 2))
    talk.miner(sealed(22 + 60 + 16, 3)).pool(sealed(44, 4))
    talk.miner(sealed(22 + 80 + 16, 5)).pool(sealed(22 + 49 + 16, 6)).pool(sealed(87, 7)).pool(sealed(86, 8))
    for share in range(shares):
        talk.miner(sealed(62, 10 + share), after=8).pool(sealed(58, 90 + share))
    return talk


def tls_pool(name="stratum.slushpool.com", port=443, start=1_530_000_000.0):
    talk = Talk(ports=(50123, port), start=start)
    talk.miner(client_hello(name)).pool(b"\x16\x03\x03\0\x04\x02\0\0\0" + b"\x14\x03\x03\0\x01\x01")
    for turn in range(6):
        talk.miner(b"\x17\x03\x03" + (120).to_bytes(2, "big") + sealed(120, turn), after=20)
        talk.pool(b"\x17\x03\x03" + (700).to_bytes(2, "big") + sealed(700, turn))
    return talk


def tls_by_certificate(names=("btc.example", "eu.stratum.slushpool.com")):
    talk = Talk(ports=(50123, 3333), start=1_530_000_000.0)
    return talk.miner(client_hello("")).pool(certificate_record(list(names))).pool(b"\x14\x03\x03\0\x01\x01")


def tunnelled():
    talk = Talk(ports=(50123, 8080))
    talk.miner("CONNECT pool.example:3333 HTTP/1.1\r\nHost: pool.example:3333\r\n\r\n")
    talk.pool("HTTP/1.1 200 Connection established\r\n\r\n")
    talk.miner(ask(2, "mining.subscribe", "cgminer/4.12"))
    return talk.pool(answer(2, [[["mining.notify", "ae"]], "08000002", 4])).pool(line(NOTIFY))


def socks():
    talk = Talk(ports=(50123, 1080))
    talk.miner(b"\x05\x01\x00").pool(b"\x05\x00").miner(b"\x05\x01\x00\x01\xcb\x00\x71\x09\x0d\x05")
    talk.pool(b"\x05\x00\x00\x01\0\0\0\0\0\0").miner(ask(2, "mining.subscribe", "cgminer/4.12"))
    return talk.pool(line(NOTIFY))


def monero_mid_stream():
    talk = Talk(shake=False)
    for _ in range(3):
        talk.pool(line({"jsonrpc": "2.0", "method": "job", "params": JOB}), after=60)
    return talk


def fragment_only():
    talk = Talk(shake=False)
    return talk.pool(line(NOTIFY)[:120])


MINING = {
    "tunnelled": (tunnelled, "stratum-v1", "BTC"),
    "socks": (socks, "stratum-v1", "BTC"),
    "monero_mid_stream": (monero_mid_stream, "monero", "XMR"),
    "fragment_only": (fragment_only, "stratum-v1", "BTC"),
    "stratum": (stratum, "stratum-v1", "BTC"),
    "mid_stream": (mid_stream, "stratum-v1", "BTC"),
    "nicehash": (nicehash, "stratum-nicehash", "BTC"),
    "ethereum_stratum_1": (ethereum_stratum_1, "ethereum-stratum-1", "ETH"),
    "ethereum_stratum_2": (ethereum_stratum_2, "ethereum-stratum-2", "ETH"),
    "ethereum_tcp": (ethereum_tcp, "ethereum-tcp", "ETH"),
    "ethereum_tcp_today": (lambda: ethereum_tcp(START), "ethereum-tcp", "ETC"),
    "ethereum_http": (ethereum_http, "ethereum-http", "ETH"),
    "getwork": (getwork, "getwork", "BTC"),
    "getblocktemplate": (getblocktemplate, "getblocktemplate", "BTC"),
    "rejected_post": (rejected_post, "getwork", "BTC"),
    "monero": (monero, "monero", "XMR"),
    "zcash": (zcash, "zcash", "ZEC"),
    "websocket": (websocket, "monero", "XMR"),
    "websocket_mid_stream": (lambda: websocket(upgrade=False), "monero", "XMR"),
    "websocket_packed": (lambda: websocket(packed=True), "monero", "XMR"),
    "stratum_v2": (stratum_v2, "stratum-v2", "BTC"),
    "tls": (tls_pool, "tls", "BTC"),
    "tls_by_certificate": (tls_by_certificate, "tls", "BTC"),
}


def wallet_http():
    talk = Talk(ports=(50123, 8545))
    for number, method in enumerate(("eth_call", "eth_getBalance", "eth_blockNumber", "eth_chainId", "net_version")):
        talk.miner(post({"id": number, "jsonrpc": "2.0", "method": method, "params": []}, agent="MetaMask"))
        talk.pool(reply({"id": number, "jsonrpc": "2.0", "result": WORD}))
    return talk


def language_server():
    talk = Talk(ports=(50123, 3333))
    talk.miner(line({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": 1}}))
    talk.pool(line({"jsonrpc": "2.0", "id": 1, "result": {"capabilities": {}}}))
    return talk.pool(line({"jsonrpc": "2.0", "method": "notify", "params": ["job", "submit"]}))


def login_service():
    talk = Talk(ports=(50123, 3333))
    talk.miner(line({"id": 1, "method": "login", "params": {"login": "alice", "pass": "x"}})).pool(
        answer(1, {"token": "t"})
    )
    talk.miner(line({"id": 2, "method": "submit", "params": {"form": 3}})).pool(answer(2, True))
    return talk.miner(line({"id": 3, "method": "job", "params": {"job_id": 12, "state": "done"}}))


def noise_like():
    talk = Talk(ports=(50123, 8333))
    talk.miner(sealed(64, 1)).pool(sealed(234, 2)).miner(sealed(20, 3)).pool(sealed(5, 4))
    return talk


def pool_web_site():
    return tls_pool("www.slushpool.com", 443)


def stratum_news():
    talk = Talk(ports=(50123, 80))
    page = '<html><p>Send {"method": "mining.subscribe"} to the pool; getwork is old.</p></html>'
    talk.miner("GET /docs HTTP/1.1\r\nHost: blog.example\r\nUser-Agent: Mozilla/5.0\r\n\r\n")
    return talk.pool(f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n{page}")


def source_code_download():
    talk = Talk(ports=(50123, 80))
    text = 'import socket\n# sends\n{"id": 1, "method": "mining.subscribe", "params": []}\n{"id": 2, "method": "mining.submit"}\n'
    talk.miner("GET /miner.py HTTP/1.0\r\nHost: code.example\r\n\r\n")
    return talk.pool("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + text).end()


def log_download():
    talk = Talk(ports=(50123, 80))
    talk.miner("GET /stratum.log HTTP/1.1\r\nHost: logs.example\r\n\r\n")
    return talk.pool(reply(line(NOTIFY) + ask(1, "mining.submit", "w", "bf", "00", "00", "00")))


def mail_about_stratum():
    talk = Talk(ports=(50123, 25))
    talk.pool("220 mail.example ESMTP\r\n").miner("EHLO me\r\n").pool("250 ok\r\n")
    return talk.miner('DATA\r\nHello, send {"method": "mining.subscribe"} first.\r\n.\r\n')


def data_mining_service():
    talk = Talk(ports=(50123, 3333))
    talk.miner(ask(1, "mining.list_models")).pool(answer(1, ["trees"]))
    talk.miner(line({"id": 2, "method": "getwork", "params": {"queue": "mail"}})).pool(answer(2, {"item": 5}))
    return talk.miner(line({"id": 3, "method": "submit", "params": {"job": 5}})).pool(answer(3, True))


def pool_web_page():
    talk = Talk(ports=(50123, 80), start=1_530_000_000.0)
    talk.miner("GET /stats HTTP/1.1\r\nHost: stratum.slushpool.com\r\nUser-Agent: Mozilla/5.0\r\n\r\n")
    return talk.pool(reply({"hashrate": 5, "workers": []}))


OTHER = {
    "pool_web_page": pool_web_page,
    "data_mining_service": data_mining_service,
    "source_code_download": source_code_download,
    "log_download": log_download,
    "mail_about_stratum": mail_about_stratum,
    "wallet_http": wallet_http,
    "language_server": language_server,
    "login_service": login_service,
    "noise_like": noise_like,
    "pool_web_site": pool_web_site,
    "stratum_news": stratum_news,
}
