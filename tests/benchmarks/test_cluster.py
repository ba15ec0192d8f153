"""The cluster benchmark's arithmetic, against sums written out."""

from pathlib import Path

import pytest

from tests.benchmarks import network
from tests.benchmarks.network import Farm, Traffic
from tests.cluster_ports import free_ports

MEGA = Traffic(dense=3e6, rows=1e6)


def test_dense_bytes_are_those_of_a_layer_of_the_setting() -> None:
    kernel, bias, output = (300 + 300) * 4 * 300, 4 * 300, 300 * 2 + 2
    assert network.dense_bytes("lstm", 2) == 4 * (kernel + bias + output)


def test_a_step_moves_the_weights_to_each_worker_and_their_gradients_back() -> None:
    assert MEGA.step(1) == 8e6
    assert MEGA.step(10) == 80e6


def test_the_busiest_link_is_a_workers_or_a_servers() -> None:
    farm = Farm(MEGA, seconds=0.02, examples=64)
    assert farm.rate(1, 1, 1.0) == 64 / 0.02
    assert farm.rate(4, 4, 1e9) == pytest.approx(4 * 64 / (0.02 + 2 * 0.004))
    assert farm.rate(4, 1, 1e9) == pytest.approx(4 * 64 / (0.02 + 2 * 4 * 0.004))
    assert farm.rate(4, 100, 1e9) == farm.rate(4, 4, 1e9)


def test_each_worker_is_worth_half_where_the_network_takes_as_long_as_computing() -> None:
    farm = Farm(MEGA, seconds=0.08, examples=64)
    most = farm.most_workers(1, 1e9)
    assert most == 10
    assert farm.rate(most, 1, 1e9) == pytest.approx(most * farm.rate(1, 1, 1e9) / 2)
    assert farm.most_workers(1, 1.0) == 1


def test_rows_of_a_share_are_fewer_than_those_of_the_batch(tmp_path: Path) -> None:
    whole, half = (network.mean_rows(tmp_path, workers) for workers in (1, 2))
    assert half < whole < 2 * half
    assert network.row_bytes(10) == 10 * (4 * 300 + 8)


def test_the_estimate_has_a_line_for_each_number_of_workers() -> None:
    lines = network.estimate(Farm(MEGA, 0.02, 64)).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert [line.split()[:2] for line in lines[1:5]] == [["1", "1"], ["2", "1"], ["10", "1"], ["10", "5"]]
    assert "(1.0x)" in lines[1]


def test_ports_are_in_a_row() -> None:
    first, *others = free_ports(3)
    assert others == [first + 1, first + 2]
