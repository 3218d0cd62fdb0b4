import { examples, gone } from "../../../../gallery/examples";
import ContactForm from "./ContactForm.svelte";

export default examples(ContactForm, "page", {
  closed: { keep: gone },
  open: { keep: gone, press: ".link" },
});
