import { examples, quiet } from "../../../../gallery/examples";
import { d, packWords } from "../../../../gallery/data";
import Strand from "./Strand.svelte";

const { strands, prefer_not_to_say: prefer } = packWords.equality;
const [age, disability, ethnicity] = [strands[0]!, strands[1]!, strands[2]!];
const with_ = { prefer, preferSaid: d("would rather not say"), own: d("in their own words"), pick: quiet };
export default examples(Strand, "sheet", {
  "nothing said": { ...with_, strand: age, legend: age.label, given: [] },
  "several said": { ...with_, strand: disability, legend: disability.label, given: disability.answers.slice(3, 5) },
  "their own words": { ...with_, strand: ethnicity, legend: ethnicity.label, given: [d("Cornish")] },
  "would rather not": { ...with_, strand: ethnicity, legend: ethnicity.label, given: [prefer] },
});
