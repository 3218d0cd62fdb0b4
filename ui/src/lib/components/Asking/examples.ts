import { examples, line, quiet } from "../../../../gallery/examples";
import { d, organisation } from "../../../../gallery/data";
import { offered } from "../../../../gallery/messages";
import Asking from "./Asking.svelte";

const say = offered[0]!;
const with_ = { say, organisation: organisation.name, next: quiet, stop: quiet };
const every = Object.fromEntries(offered.map((one) => [`in ${one.code}`, { ...with_, say: one, languages: offered, pick: quiet, counted: one.of(1, 4), ask: one.tell, help: one.tellHelp }]));
export default examples(Asking, "own", {
  ...every,
  "in the middle": { ...with_, counted: say.of(2, 4), ask: say.who, before: quiet, missing: say.consentFirst, children: line("What stands under a question.") },
  "the last page": { say, organisation: organisation.name, ask: say.thanks, children: line("What happens next.") },
  "a long word of theirs": { ...with_, ask: d("Wheelchairaccessibilityinformation"), languages: offered, pick: quiet },
});
