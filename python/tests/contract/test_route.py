"""GateRoute: a frozen dataclass."""

from __future__ import annotations

import dataclasses

import pytest
from chaosgate.chaos import GateRoute

ALL = ("name", "server", 1, "client", 2)


def test_the_fields_have_their_order():
    assert [field.name for field in dataclasses.fields(GateRoute)] == [
        "name",
        "host_to_server",
        "port_to_server",
        "host_for_client",
        "port_for_client",
    ]
    assert dataclasses.astuple(GateRoute(*ALL)) == ALL


def test_they_can_be_given_by_name():
    assert GateRoute("name", host_to_server="server", port_to_server=1) == GateRoute("name", "server", 1)


def test_the_clients_side_has_defaults():
    route = GateRoute("name", "server", 1)
    assert (route.host_for_client, route.port_for_client) == ("127.0.0.1", 0)


@pytest.mark.parametrize("missing", range(3))
def test_the_servers_side_has_none(missing: int):
    with pytest.raises(TypeError):
        GateRoute(*ALL[:missing])  # type: ignore[call-arg]


def test_they_cannot_be_assigned():
    route = GateRoute(*ALL)
    with pytest.raises(dataclasses.FrozenInstanceError):
        route.name = "other"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        route.port_for_client = 3  # type: ignore[misc]


def test_equal_fields_make_equal_routes():
    assert GateRoute(*ALL) == GateRoute(*ALL)
    assert hash(GateRoute(*ALL)) == hash(GateRoute(*ALL))
    for number in range(len(ALL)):
        others = [*ALL[:number], 99, *ALL[number + 1 :]]
        assert GateRoute(*others) != GateRoute(*ALL)  # type: ignore[arg-type]


def test_it_shows_its_fields():
    assert repr(GateRoute(*ALL)) == (
        "GateRoute(name='name', host_to_server='server', port_to_server=1, "
        "host_for_client='client', port_for_client=2)"
    )


def test_dataclasses_can_replace_and_list_them():
    route = dataclasses.replace(GateRoute(*ALL), port_for_client=9)
    assert dataclasses.asdict(route) == {
        "name": "name",
        "host_to_server": "server",
        "port_to_server": 1,
        "host_for_client": "client",
        "port_for_client": 9,
    }
