import { examples, quiet } from "../../../../gallery/examples";
import { at, d, here, there } from "../../../../gallery/data";
import SealedLines from "./SealedLines.svelte";

const ring = d("This has not reached anybody yet. Ring Femi Adewale on 020 7946 0123 now, from any telephone.");
const held = { state: "held" as const, reason: d("These words are longer than the office takes.") };
export default examples(SealedLines, "list", {
  "here and there": { ring, writer: "grace", readBack: quiet, sealed: [{ id: "1", kind: "contact", at: at("10:30"), own: null, whereabouts: here }, { id: "2", kind: "contact", at: at("10:20"), own: null, whereabouts: there("10:40") }] },
  "not taken": { ring, writer: "grace", readBack: quiet, sealed: [{ id: "1", kind: "concern", at: at("10:30"), own: null, whereabouts: held }, { id: "2", kind: "contact", at: at("10:31"), own: null, whereabouts: held }] },
  "hers to read back": { ring, writer: "grace", readBack: quiet, sealed: [{ id: "1", kind: "concern", at: at("10:30"), own: "grace", whereabouts: there("10:40") }] },
});
