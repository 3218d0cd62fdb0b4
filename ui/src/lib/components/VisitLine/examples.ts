import { examples, quiet } from "../../../../gallery/examples";
import { before, card } from "../../../../gallery/data";
import VisitLine from "./VisitLine.svelte";

export default examples(VisitLine, "lines", {
  "to come": { visit: card({ entries: 0, only_here: 0, you_lead: false }), open: quiet },
  "all at the office": { visit: before, open: quiet },
  "called off": { visit: card({ cancelled: true }), open: quiet },
  "given to somebody else": { visit: card({ withdrawn: true }), open: quiet },
});
