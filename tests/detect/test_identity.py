"""The detector's digest changes with what judges a curve."""

from pathlib import Path

from minewatch.detect import identity


def test_the_digest_is_stable_and_follows_sources_and_models(tmp_path, monkeypatch):
    first = identity.detector_digest()
    assert len(first) == 64
    assert identity.detector_digest() == first
    for part in identity.PARTS:
        (tmp_path / part).mkdir()
    (tmp_path / "detect" / "rules.py").write_text("LIMIT = 1\n")
    (tmp_path / "detect" / "model.npz").write_bytes(b"model")
    monkeypatch.setattr(identity, "__file__", str(tmp_path / "detect" / "identity.py"))
    seen = set()
    for path, content in (
        (None, b""),
        ("detect/rules.py", b"LIMIT = 2\n"),
        ("detect/model.npz", b"other"),
        ("kernels/k.py", b"x"),
    ):
        if path:
            Path(tmp_path / path).write_bytes(content)
        identity.detector_digest.cache_clear()
        seen.add(identity.detector_digest())
    identity.detector_digest.cache_clear()
    assert len(seen) == 4
    assert first not in seen
