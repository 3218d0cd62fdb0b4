// What the tablet says to whoever has it in their hands. The words of the question of consent are the pack's.

/** One of the answers as it is put to somebody. */
export interface PublicAnswer {
  label: string;
  does: string;
}

export interface PublicMessages {
  code: string;
  /** The language's own name. */
  name: string;
  direction: "ltr" | "rtl";
  /** Who read it, when. Until somebody did, it is offered to nobody. */
  reviewed: string | null;
  next: string;
  before: string;
  stop: string;
  of: (n: number, all: number) => string;
  tell: string;
  tellHelp: string;
  who: string;
  /** The question, and the answers by their codes; the pack's where nothing stands here. */
  consent: { ask: string; lines: string[]; answers: Record<string, PublicAnswer> } | null;
  consentFirst: string;
  /** In single easy sentences, with pictures. */
  easy: boolean;
  reach: string;
  reachHelp: string;
  reachName: string;
  reachHow: string;
  about: string;
  aboutHelp: string;
  aboutYes: string;
  aboutNo: string;
  several: string;
  ownWords: string;
  foot: string;
  stopAsk: string;
  stopOn: string;
  stopKeep: string;
  stopDrop: string;
  thanks: string;
  whatNext: string[];
  dropped: string;
  handBack: string;
}

export const en: PublicMessages = {
  code: "en-GB",
  name: "English",
  direction: "ltr",
  reviewed: "the language that the others are made from",
  next: "Next",
  before: "Back",
  stop: "I want to stop",
  of: (n, all) => `${n} of ${all}`,
  tell: "What would you like us to know about your care?",
  tellHelp: "Good or not good. Write as much or as little as you like, or leave it empty.",
  who: "Who are you?",
  consent: null,
  consentFirst: "Choose an answer first. No is an answer too.",
  easy: false,
  reach: "Do you want to hear what happens?",
  reachHelp: "Then tell us how to reach you. It is kept apart from what you told us. You can leave it empty.",
  reachName: "Your name",
  reachHow: "A number, an address or an email",
  about: "May we ask a few things about you?",
  aboutHelp: "It shows us whom we have not heard yet. It is kept apart: nobody can tell that it is yours.",
  aboutYes: "Yes, ask me",
  aboutNo: "No, thank you",
  several: "You can choose more than one, or none.",
  ownWords: "In your own words",
  foot: "We never print your name. What you write stays locked on this tablet until our office has it.",
  stopAsk: "Shall we keep what you wrote?",
  stopOn: "Go on writing",
  stopKeep: "Keep it, and stop",
  stopDrop: "Throw it all away",
  thanks: "Thank you",
  whatNext: [
    "We read all that people tell us.",
    "We write down what we found, and ask those who run the service to answer.",
    "You can change your mind. Tell us, and we take your words out.",
  ],
  dropped: "It is gone. Nothing was kept.",
  handBack: "Please give the tablet back now.",
};
