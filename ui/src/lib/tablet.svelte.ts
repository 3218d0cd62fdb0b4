// What all pages share: which page is shown, how far the tablet is, the pack's words, and what went wrong last.
import { handOver, howFar, lockAgain, pack, packStamp, Trouble, watch, type HowFar, type PackWords, type UnfinishedDraft } from "./bridge";
import { t } from "../../messages";
import { whenIdle } from "./idle";

export type Page =
  | { page: "visits" }
  | { page: "visit"; notebook: string; sheet?: Sheet }
  | { page: "arrive" | "refused" | "leaving" | "photo" | "worried"; notebook: string; draft?: Resumed }
  | { page: "differ"; notebook: string; field?: string }
  | { page: "card"; person: string; notebook?: string }
  | { page: "event" }
  | { page: "equality" | "sign" | "letter" | "car"; notebook: string }
  | { page: "own"; notebook: string; draft?: UnfinishedDraft; sealed?: string }
  | { page: "ownpin" }
  | { page: "anew" }
  | { page: "safe" };

/** A sheet over a visit. */
export type Sheet =
  | { sheet: "saw"; draft?: Resumed; question?: string }
  | { sheet: "said"; draft?: Resumed }
  | { sheet: "stopwatch"; draft?: Resumed }
  | { sheet: "toself"; draft?: Resumed }
  | { sheet: "impression"; field: string; draft?: Resumed }
  | { sheet: "contact"; draft: Resumed }
  | { sheet: "count" }
  | { sheet: "checklist" }
  | { sheet: "areas" }
  | { sheet: "team" }
  | { sheet: "more" }
  | { sheet: "note"; entry: string; draft?: Resumed };

/** Something on the page that must be on disk before the page may be left. */
export interface Held {
  close: () => Promise<void>;
  /** From now on closing does nothing. */
  spent: () => void;
  /** Leaves it on disk as it is, to be taken up again; where that is not known, it is closed. */
  still?: () => Promise<void>;
}

/** A draft that is taken up again. */
export interface Resumed {
  id: string;
  fields: string;
  /** The note whose words it moves. */
  from?: string;
}

const empty: PackWords = {
  stamp: "",
  names: { card: "", may: "" },
  consent: { read_aloud: "", easy: [], answers: [] },
  grounds: [],
  speakers: [],
  safeguarding: { not_reached: "", no_lead: "", steps: [], sealed: "" },
  methods: [],
  roles: [],
  equality: { prefer_not_to_say: "", strands: [] },
  before: [],
};

class TabletState {
  far = $state<HowFar | null>(null);
  page = $state<Page>({ page: "visits" });
  // Raw: a proxy of `empty` would never be `empty`, and words that come after the first look would never be fetched.
  words = $state.raw<PackWords>(empty);
  /** What went wrong last, until it has been read. */
  trouble = $state("");
  /** Leaves the page although the disk refuses its words; there while it does. */
  anyway = $state.raw<() => void>();
  /** Grows whenever something may look different; pages that read it are fetched again. */
  /** Whether the page stays as it is while the screen is locked. */
  behind = $state(false);
  beat = $state(0);
  /** Where the writer is, for each notebook. */
  areas = $state<Record<string, string>>({});

  #trail: Page[] = [];
  #held = new Set<Held>();
  #leaving = false;

  async begin() {
    addEventListener("popstate", () => void this.#popped());
    whenIdle(() => void this.rest());
    await this.guard(async () => {
      await watch(() => this.changed());
      await this.look();
    });
  }

  /** Looks how far the tablet is, and fetches the pack's words when it is open. */
  async look() {
    this.far = await howFar();
    if (this.far === "open") this.words = (await pack()) ?? empty;
  }

  changed() {
    this.beat += 1;
    if (this.far === "open") void this.guard(() => this.#newWords());
  }

  /** The office may have sent another version of the pack while a page is open: its words are shown from now on. */
  async #newWords() {
    if ((await packStamp() ?? "") !== this.words.stamp) await this.look();
  }

  go(page: Page) {
    return this.#leave(() => {
      this.#trail.push($state.snapshot(this.page));
      history.pushState(null, "");
      this.page = page;
    });
  }

  /** Goes on to a page that takes this one's place, so that going back does not lead here again. */
  turn(page: Page) {
    return this.#leave(() => {
      this.page = page;
    });
  }

  /** Where one came from; the same as the system's own back. */
  back = () =>
    this.#leave(() => {
      if (this.#trail.length > 0) history.back();
      else this.page = { page: "visits" };
    });

  /** Holds the page until this is on disk. What is returned is called when the page is gone. */
  hold(what: Held): () => void {
    this.#held.add(what);
    return () => {
      this.#held.delete(what);
      // Only a page that was taken away, as by the lock, has anything left to do here.
      void this.guard(() => what.close());
    };
  }

  /** Leaves the page once everything on it is on disk; otherwise it stays, with its words and the reason. */
  async #leave(away: () => void) {
    // A second press while the first is on its way to the disk.
    if (this.#leaving) return;
    this.#leaving = true;
    const held = [...this.#held];
    // What kept the page a moment ago is said again if it still does.
    if (this.anyway) this.trouble = "";
    this.anyway = undefined;
    const kept = await this.guard(() => Promise.all(held.map((what) => what.close())));
    this.#leaving = false;
    if (kept) return away();
    this.anyway = () => {
      for (const what of held) what.spent();
      this.trouble = "";
      this.anyway = undefined;
      away();
    };
  }

  /** Nobody has touched it for a while: what is being written stays on disk as it is, and the screen is locked. */
  async rest() {
    // In somebody else's hands it is locked already, but for their own page.
    if (this.far !== "open" || this.#leaving) return;
    const held = [...this.#held];
    const locked = await this.guard(async () => {
      await Promise.all(held.map((what) => (what.still ? what.still() : what.close())));
      await lockAgain();
    });
    if (!locked) return;
    for (const what of held) what.spent();
    // A page with words that are not on disk yet waits behind the lock, out of sight; what was open as a draft stands under
    // the visit's notes, to be taken up again.
    this.behind = held.length === 0;
    const page = this.page;
    if (!this.behind && "notebook" in page && page.notebook && page.page !== "card" && page.page !== "letter") this.page = { page: "visit", notebook: page.notebook };
    this.far = "locked";
  }

  /** Somebody else has it in their hands from now on; the PIN leads back to this page. */
  async handOver(notebook: string) {
    await this.guard(async () => {
      await handOver(notebook);
      this.far = "handed";
    });
  }

  /** The system's own back has been pressed; where the page must stay, the way back is laid again. */
  async #popped() {
    // It leads nowhere for whoever has the tablet in their hands, and not past the PIN.
    if (this.far !== "open") return history.pushState(null, "");
    let left = false;
    await this.#leave(() => {
      left = true;
      this.page = this.#trail.pop() ?? { page: "visits" };
    });
    if (!left) history.pushState(null, "");
  }

  /** Does something, and shows in words what went wrong. Answers whether it went well. */
  async guard(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (reason) {
      if (reason instanceof Trouble && reason.failure.code === "locked") this.far = "locked";
      else if (reason instanceof Trouble && reason.failure.code === "handed") this.far = "handed";
      else this.trouble = reason instanceof Error && reason instanceof Trouble ? reason.message : t.unexpected;
      return false;
    }
  }
}

export const tablet = new TabletState();
