// The road between one tablet and the office, which is there where there is signal.
import { connect, createServer } from "node:net";

/** A road to the office at `base`. */
export async function road(base) {
  const { hostname, port } = new URL(base);
  const open = new Set();
  let signal = true;
  const listener = createServer((near) => {
    if (!signal) return near.destroy();
    const far = connect(Number(port), hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      open.add(one);
      one.on("error", () => other.destroy()); // A road that breaks is what this is for.
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(0, "127.0.0.1", resolve);
  });
  const cut = () => open.forEach((one) => one.destroy());
  return {
    address: `http://127.0.0.1:${listener.address().port}`,
    /** From now on there is signal, or none. */
    signal(there) {
      signal = there;
      if (!there) cut();
    },
    end() {
      cut();
      listener.close();
    },
  };
}
