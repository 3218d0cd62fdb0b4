import { examples, quiet } from "../../../../gallery/examples";
import Verbs from "./Verbs.svelte";

export default examples(Verbs, "tray", { "on a visit": { looking: true, go: quiet }, "at a stall": { looking: false, go: quiet } });
