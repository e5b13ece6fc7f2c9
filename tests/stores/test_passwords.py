from minewatch.stores.passwords import NOBODY, digest, hashed, matches


def test_a_password_matches_its_own_argon2id_hash_only():
    stored = hashed("four plain quiet words")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert matches("four plain quiet words", stored)
    assert not matches("four plain quiet word", stored)
    assert hashed("four plain quiet words") != stored


def test_nothing_matches_where_there_is_no_hash_or_a_broken_one():
    assert not matches("", "")
    assert not matches("x", "not a hash")
    assert not matches("", NOBODY)


def test_the_digest_is_sha_256():
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
