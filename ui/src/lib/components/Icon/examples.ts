import { examples } from "../../../../gallery/examples";
import Icons from "../../../../gallery/Icons.svelte";
import Icon from "./Icon.svelte";

export default { ...examples(Icons, "page", { "every shape": {} }), ...examples(Icon, "page", { "one that points": { name: "back" } }) };
