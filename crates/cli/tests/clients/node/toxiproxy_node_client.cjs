// Each toxic by toxiproxy-node-client: the arguments are the interface's port, and where Redis is.

const assert = require("node:assert/strict");
const net = require("node:net");
const { Toxiproxy } = require("toxiproxy-node-client");

const WORD = "x".repeat(200);
const ANSWER = `$200\r\n${WORD}\r\n+OK\r\n`;

// What a toxic is told, how many bytes of the answer come, how many milliseconds that takes at least,
// and how it ends.
const TOXICS = {
  latency: [{ latency: 100, jitter: 0 }, ANSWER.length, 100, "end"],
  bandwidth: [{ rate: 1 }, ANSWER.length, 200, "end"],
  slow_close: [{ delay: 100 }, ANSWER.length, 100, "end"],
  timeout: [{ timeout: 100 }, 0, 0, "end"],
  reset_peer: [{ timeout: 0 }, 0, 0, "ECONNRESET"],
  slicer: [{ average_size: 100, size_variation: 0, delay: 20000 }, ANSWER.length, 60, "end"],
  limit_data: [{ bytes: 50 }, 50, 0, "end"],
};

// The answer on a connection of its own, how long it took, and how it ended.
function ask(port) {
  return new Promise((resolve) => {
    const began = performance.now();
    let answer = "";
    const ended = (end) => resolve({ answer, took: performance.now() - began, end });
    const connection = net.connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    connection.on("data", (piece) => (answer += piece));
    connection.on("end", () => connection.end(() => ended("end")));
    connection.on("error", (error) => ended(error.code));
    connection.write(`ECHO ${WORD}\r\nQUIT\r\n`);
  });
}

async function expectEffect(type, port) {
  const [, length, least, end] = TOXICS[type];
  const seen = await ask(port);
  console.log(`${type}: ${seen.answer.length} bytes in ${seen.took.toFixed(1)} ms, then ${seen.end}`);
  assert.deepEqual([seen.answer, seen.end], [ANSWER.slice(0, length), end], type);
  assert.ok(seen.took >= least, `${type} took ${seen.took} ms`);
}

async function expectHealth(port) {
  const { answer, end } = await ask(port);
  assert.deepEqual([answer, end], [ANSWER, "end"]);
}

async function main(port, redis) {
  const toxiproxy = new Toxiproxy(`http://127.0.0.1:${port}`);
  assert.ok(await toxiproxy.getVersion());
  let proxy = await toxiproxy.createProxy({ name: "redis", listen: "127.0.0.1:0", upstream: redis });
  const at = Number(proxy.listen.split(":").pop());
  await expectHealth(at);
  for (const [type, [attributes]] of Object.entries(TOXICS)) {
    const body = { name: "fault", type, stream: "downstream", toxicity: 1, attributes };
    const toxic = await proxy.addToxic(body);
    assert.deepEqual(toxic.toJson(), body);
    await expectEffect(type, at);
    const spared = await toxic.update({ ...body, toxicity: 0 });
    assert.equal(spared.toxicity, 0);
    await expectHealth(at);
    await toxic.remove();
    await assert.rejects(proxy.getToxic("fault"), /404/);
    await expectHealth(at);
  }
  const { listen, upstream } = proxy;
  proxy = await proxy.update({ enabled: false, listen, upstream });
  assert.equal((await ask(at)).end, "ECONNREFUSED");
  await toxiproxy.reset();
  await expectHealth(at);
  const all = await toxiproxy.populate([{ name: "second", listen: "127.0.0.1:0", upstream: redis }]);
  assert.equal(all.second.upstream, redis);
  for (const one of Object.values(await toxiproxy.getAll())) {
    await one.remove();
  }
  assert.deepEqual(await toxiproxy.getAll(), {});
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
