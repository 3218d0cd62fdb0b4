import { examples, quiet } from "../../../../gallery/examples";
import { d } from "../../../../gallery/data";
import Verbs from "./Verbs.svelte";

export default examples(Verbs, "tray", { "on a visit": { looking: true, go: quiet }, "no photos here": { looking: true, noPhotos: d("deputy manager"), go: quiet }, "at a stall": { looking: false, go: quiet } });
