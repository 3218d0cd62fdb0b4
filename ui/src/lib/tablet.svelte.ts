// What all pages share: which page is shown, how far the tablet is, the pack's words, and what went wrong last.
import { howFar, pack, Trouble, watch, type HowFar, type PackWords } from "./bridge";
import { t } from "../../messages";

export type Page =
  | { page: "visits" }
  | { page: "visit"; notebook: string; sheet?: Sheet }
  | { page: "arrive" | "refused" | "leaving" | "differ" | "photo" | "worried"; notebook: string; draft?: Resumed }
  | { page: "card"; person: string; notebook?: string }
  | { page: "event" }
  | { page: "safe" };

/** A sheet over a visit. */
export type Sheet =
  | { sheet: "saw" | "said"; draft?: Resumed }
  | { sheet: "impression"; field: string; draft?: Resumed }
  | { sheet: "count" }
  | { sheet: "more" }
  | { sheet: "note"; entry: string };

/** A draft that is taken up again. */
export interface Resumed {
  id: string;
  fields: string;
}

const empty: PackWords = {
  consent: { read_aloud: "", easy: [], answers: [] },
  grounds: [],
  speakers: [],
  safeguarding: { not_reached: "", no_lead: "", steps: [], sealed: "" },
  methods: [],
  roles: [],
};

class TabletState {
  far = $state<HowFar | null>(null);
  page = $state<Page>({ page: "visits" });
  // Raw: a proxy of `empty` would never be `empty`, and words that come after the first look would never be fetched.
  words = $state.raw<PackWords>(empty);
  /** What went wrong last, until it has been read. */
  trouble = $state("");
  /** Grows whenever something may look different; pages that read it are fetched again. */
  beat = $state(0);
  /** Where the writer is, for each notebook. */
  areas = $state<Record<string, string>>({});

  #trail: Page[] = [];

  async begin() {
    addEventListener("popstate", () => {
      this.page = this.#trail.pop() ?? { page: "visits" };
    });
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
    if (this.far === "open" && this.words === empty) void this.guard(() => this.look());
  }

  go(page: Page) {
    this.#trail.push($state.snapshot(this.page));
    history.pushState(null, "");
    this.page = page;
  }

  /** Goes on to a page that takes this one's place, so that going back does not lead here again. */
  turn(page: Page) {
    this.page = page;
  }

  /** Where one came from; the same as the system's own back. */
  back = () => {
    if (this.#trail.length > 0) history.back();
    else this.page = { page: "visits" };
  };

  /** Does something, and shows in words what went wrong. Answers whether it went well. */
  async guard(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (reason) {
      if (reason instanceof Trouble && reason.failure.code === "locked") this.far = "locked";
      else this.trouble = reason instanceof Error && reason instanceof Trouble ? reason.message : t.unexpected;
      return false;
    }
  }
}

export const tablet = new TabletState();

/** A speaker's or a role's name as people call it. */
export const called = (code: string) =>
  tablet.words.speakers.find((s) => s.code === code)?.label ?? code.charAt(0).toUpperCase() + code.slice(1);
export const role = (name: string) => tablet.words.roles.find((r) => r.name === name)?.label ?? name;
