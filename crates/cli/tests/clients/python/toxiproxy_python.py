"""Each toxic by toxiproxy-python: the arguments are the interface's port, and where Redis is."""

import sys

from redis_wire import TOXICS, expect_effect, expect_health
from toxiproxy import Toxiproxy
from toxiproxy.exceptions import InvalidToxic, NotFound, ProxyExists


def expect(kind, call):
    """That the call fails in this way."""
    try:
        call()
    except kind:
        return
    raise AssertionError(f"no {kind.__name__}")


def main(port, redis):
    server = Toxiproxy()
    server.update_api_consumer("127.0.0.1", int(port))
    assert server.running() and b"version" in server.version()
    proxy = server.create(name="redis", upstream=redis)
    expect(ProxyExists, lambda: server.create(name="redis", upstream=redis))
    at = proxy.listen.rsplit(":", 1)[1]
    expect_health(at)
    for type_name, (attributes, *_) in TOXICS.items():
        proxy.add_toxic(type=type_name, attributes=attributes)
        assert proxy.get_toxic(f"{type_name}_downstream").attributes == attributes
        expect_effect(type_name, at)
        proxy.destroy_toxic(f"{type_name}_downstream")
        expect_health(at)
    with proxy.down():
        expect(ConnectionRefusedError, lambda: expect_health(at))
    expect_health(at)
    expect(InvalidToxic, lambda: proxy.add_toxic(type="nonsense"))
    expect(NotFound, lambda: proxy.destroy_toxic("nonsense"))
    proxy.add_toxic(type="timeout", attributes={"timeout": 0})
    server.reset()
    assert not proxy.toxics()
    expect_health(at)
    server.populate([{"name": "second", "upstream": redis, "listen": "127.0.0.1:0"}])
    assert sorted(server.proxies()) == ["redis", "second"]
    server.destroy_all()
    assert not server.proxies()


main(*sys.argv[1:])
