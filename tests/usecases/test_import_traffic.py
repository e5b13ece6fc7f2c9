"""Sightings in a workspace: kept once, read back whole, alterations found."""

import stories
import talks
from minewatch.stores.sightings import SightingStore
from minewatch.usecases.import_traffic import FOLDER, all_sightings, import_traffic
from minewatch.usecases.traffic import TrafficOptions


def bring(path, workspace):
    return import_traffic(files=[path], workspace=workspace, options=TrafficOptions(), progress=lambda *_: None)


def test_the_same_traffic_twice_is_kept_once(tmp_path):
    first, second = tmp_path / "a.pcap", tmp_path / "b.pcap"
    first.write_bytes(talks.pcap(stories.stratum().packets))
    second.write_bytes(talks.pcap(stories.monero(client="10.0.0.6").packets))
    workspace = tmp_path / "w"
    assert bring(first, workspace).new
    assert not bring(first, workspace).new
    assert bring(second, workspace).new
    assert [(one.miner, one.coin) for one in all_sightings(workspace)] == [("10.0.0.5", "BTC"), ("10.0.0.6", "XMR")]
    assert len(list(SightingStore(workspace / FOLDER).parts())) == 2
    assert SightingStore(workspace / FOLDER).damaged() == ()


def test_a_capture_cut_in_two_is_one_flow(tmp_path):
    packets = stories.stratum().packets
    (whole,) = bring_all(tmp_path / "whole", [packets])
    (halves,) = bring_all(tmp_path / "halves", [packets[:30], packets[30:]])
    assert (halves.first_seen, halves.last_seen) == (whole.first_seen, whole.last_seen)
    assert whole.shares_accepted - halves.shares_accepted <= 1  # the answer to a share may stand in the other half
    assert halves.packets == whole.packets


def bring_all(folder, captures):
    folder.mkdir()
    for number, packets in enumerate(captures):
        path = folder / f"{number}.pcap"
        path.write_bytes(talks.pcap(packets))
        bring(path, folder / "w")
    return all_sightings(folder / "w")


def test_an_altered_part_is_found(tmp_path):
    store = SightingStore(tmp_path)
    store.add(b"one")
    digest, _ = store.add(b"two")
    (tmp_path / f"{digest}.csv").write_bytes(b"three")
    assert store.damaged() == (f"{digest}.csv",)
