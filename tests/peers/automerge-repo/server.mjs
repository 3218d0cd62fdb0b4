// server.mjs FOLDER: automerge-repo's server as its own sync server is made, on any free port; its first line says where it is.
import { Repo } from "@automerge/automerge-repo";
import { WebSocketServerAdapter } from "@automerge/automerge-repo-network-websocket";
import { NodeFSStorageAdapter } from "@automerge/automerge-repo-storage-nodefs";
import { WebSocketServer } from "ws";

const sockets = new WebSocketServer({ host: "127.0.0.1", port: 0 });
new Repo({
  network: [new WebSocketServerAdapter(sockets)],
  storage: new NodeFSStorageAdapter(process.argv[2]),
  peerId: "server",
  // As it is by default: without it the server does not say what it has.
  sharePolicy: async () => true,
});
sockets.on("listening", () => console.log(`ws://127.0.0.1:${sockets.address().port}/`));
