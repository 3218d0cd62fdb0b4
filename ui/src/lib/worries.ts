// Whom to ring about something that worries, in the pack's words; in the tablet's own until the pack has come.
import { t } from "../../messages";
import type { Lead, WorryWords } from "./bridge";

/** The lead's number, never broken over two lines. */
export const numberOf = (lead: Lead) => lead.phone.replaceAll(" ", "\u00a0");

const named = (text: string, lead: Lead) => text.replaceAll("{lead}", lead.name).replaceAll("{phone}", numberOf(lead));

/** That it has reached nobody, and whom to ring now. */
export function whomToRing(pack: Pick<WorryWords, "not_reached" | "no_lead">, lead: Lead | undefined): string {
  if (lead) return named(pack.not_reached || t.worried.notReached, lead);
  // The office's own number is not on a tablet: whoever goes out with one has it.
  return (pack.no_lead || t.worried.noLead).replaceAll("{phone}", t.worried.officeNumber);
}

/** The steps, with the lead's name and number in them. */
export function stepsToTake(pack: Pick<WorryWords, "steps">, lead: Lead | undefined): string[] {
  const steps = pack.steps.length ? pack.steps : t.worried.stepsBefore;
  return lead ? steps.map((step) => named(step, lead)) : steps.map((step) => step.replaceAll("{lead}", t.worried.someLead));
}
