import { examples } from "../../../../gallery/examples";
import Mark from "./Mark.svelte";

export default examples(Mark, "page", { good: { struck: "good" }, mixed: { struck: "mixed" }, poor: { struck: "poor" }, "just a fact": { struck: "neutral" } });
