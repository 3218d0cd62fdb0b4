// Stands in the place of `lib/bridge/ask.ts`: the device's answers, as told by the example that is shown.
import beds from "./raised-beds.webp";
import rack from "./leaflet-rack.webp";
import type { Failure, PendingPhoto } from "../src/lib/bridge/generated";
import * as data from "./data";

export class Trouble extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** An answer, or a {@link Failure} to be thrown, by the command's name. */
export type World = Record<string, unknown>;
let world: World = {};
export function tell(of: World) {
  world = of;
}

const books: Record<string, unknown> = { hazel: data.visit, stall: data.stall, day: data.day };
const usual: Record<string, (args: Record<string, unknown>) => unknown> = {
  how_far: () => "open",
  pack: () => data.packWords,
  pack_stamp: () => data.packWords.stamp,
  organisation: () => data.organisation,
  my_visits: () => data.mine,
  visit: ({ notebook }) => books[String(notebook)],
  writers: () => [data.asha, data.tom, data.grace, data.dilys],
  authority_card: () => ({
    person: "asha", name: data.asha.name, role: "authorised representative", organisation: data.organisation.name, host: data.organisation.host, valid_until: "2029-03-01", lapsed: false,
    verified_by: data.d("Samuel Adeyemi"), number: data.d("LINK-0142"), agreed: data.at("08:12"), today: [data.card({})],
  }),
  open_draft: () => "draft",
  close_draft: () => ({ closed: "kept", entry: "e" }),
  differences: () => [data.difference, data.toneDiffers],
  pending_photos: () => [],
  faces: () => [{ x: 900, y: 340, w: 130, h: 150 }],
  waiting: () => data.notYet,
  sending: () => data.well,
  day: () => "day",
  begin_event: () => "stall",
  own_pin: () => null,
  writing_as: () => data.asha,
  sign_off: () => 3,
  read_back: () => ({ words: data.d("Bruise on a resident’s forearm."), about: data.d("resident, upstairs"), told: "", by: "asha", at: data.at("10:30"), notebook: "hazel" }),
  asked: () => data.whatIsAsked,
  who_else: () => [
    { person: "ruth", name: data.d("Ruth Abel"), may: "yes" },
    { person: "femi", name: data.d("Femi Adewale"), may: "not_cleared" },
    { person: "priya", name: data.d("Priya Nair"), may: "lapsed" },
  ],
  make_observation: () => "{}",
  open_theirs: () => "theirs",
  open_contact: () => "contact",
  close_theirs: () => ({ closed: "kept", entry: "e" }),
};

export async function ask<T>(command: string, args: Record<string, unknown> = {}): Promise<T> {
  const answer = command in world ? world[command] : usual[command]?.(args);
  if (typeof answer === "object" && answer !== null && "code" in answer && "message" in answer) throw new Trouble(answer as Failure);
  return (answer ?? null) as T;
}
export const takePhoto = async (): Promise<PendingPhoto> => data.pending;
export const watch = async (_changed: () => void): Promise<void> => {};
export const picture = (_kind: string, name: string) => (name.includes("rack") ? rack : beds);
