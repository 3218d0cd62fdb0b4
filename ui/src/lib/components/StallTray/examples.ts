import { examples, quiet } from "../../../../gallery/examples";
import StallTray from "./StallTray.svelte";

export default examples(StallTray, "tray", {
  "nobody yet": { counted: 0, told: 0, tap: quiet, handOver: quiet },
  "sixty-four stopped by": { counted: 64, told: 4, tap: quiet, handOver: quiet },
});
