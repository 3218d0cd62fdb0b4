// What somebody writes while the tablet is in their hands: three sheets of their own, each on disk as it is typed, and the
// order in which they are asked. Nothing else of the tablet is reached from here.
import { closeTheirs, dropTheirs, openTheirs, saveTheirs, type Consent, type StrandWords, type Theirs } from "./bridge";
import { Draft, type Disk } from "./sheet.svelte";

export type Step = "tell" | "who" | "consent" | "reach" | "about" | { strand: StrandWords } | "stop" | "thanks";

interface View {
  words: string;
  speaker: string;
  consent?: Consent;
  by_themselves: true;
}
const disk = (sheet: () => Theirs | Promise<Theirs>): Disk => ({
  open: async () => openTheirs(await sheet()),
  save: saveTheirs,
  close: closeTheirs,
  drop: dropTheirs,
});
// The notebook is the device's matter while the tablet is handed over.
const none = "";

export class Writing {
  step = $state.raw<Step>("tell");
  /** Whether they would say something of themselves. */
  willing = $state(false);
  dropped = $state(false);
  view: Draft<View>;
  reach: Draft<{ name: string; how: string; wants: string }>;
  about: Draft<{ answers: Record<string, string[]> }>;
  #before: Step = "tell";

  constructor(speaker: string, private strands: StrandWords[]) {
    this.view = new Draft<View>(none, { kind: "view" }, { words: "", speaker, by_themselves: true }, undefined, disk(() => ({ sheet: "view" })), true);
    const beside = async (): Promise<Theirs> => ({ sheet: "contact", beside: this.told ? await this.view.ready() : null });
    this.reach = new Draft(none, { kind: "contact", view: null }, { name: "", how: "", wants: "" }, undefined, disk(beside), true);
    this.about = new Draft(none, { kind: "equality" }, { answers: {} }, undefined, disk(() => ({ sheet: "equality" })), true);
  }

  /** Whether they told something: who told nothing is not asked what may be done with it. */
  get told(): boolean {
    return this.view.fields.words.trim() !== "";
  }

  get steps(): Step[] {
    const asked: Step[] = this.told ? ["tell", "who", "consent", "reach", "about"] : ["tell", "reach", "about"];
    return [...asked, ...(this.willing ? this.strands.map((strand) => ({ strand })) : [])];
  }

  get place(): number {
    const same = (one: Step) => (typeof one === "object" && typeof this.step === "object" ? one.strand.code === this.step.strand.code : one === this.step);
    return this.steps.findIndex(same);
  }

  /** The question after this one; after the last all of it is put away. */
  async next() {
    const on = this.steps[this.place + 1];
    if (on) this.step = on;
    else await this.over();
  }

  before() {
    this.step = this.steps[this.place - 1] ?? "tell";
  }

  halt() {
    this.#before = this.step;
    this.step = "stop";
  }

  goOn() {
    this.step = this.#before;
  }

  /** All of it is on disk and put away before anybody is thanked. */
  async over() {
    // How to reach them finds their words only while these are a sheet.
    await this.reach.close();
    await this.view.close();
    await this.about.close();
    this.step = "thanks";
  }

  async dropAll() {
    for (const sheet of [this.reach, this.view, this.about]) await sheet.forget();
    this.dropped = true;
    this.step = "thanks";
  }
}
