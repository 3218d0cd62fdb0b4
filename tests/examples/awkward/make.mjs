// Writes scenario.json beside this file: node tests/examples/awkward/make.mjs
// The same bytes every time: no clock, no chance.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const people = {
  leila: "ليلى حداد",
  yael: "יעל בן־חיים",
  long: "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch-Featherstonehaugh O’Ddiwedd",
  officer: "Zoë Ångström <zoe>",
  steering: "李 秀英",
  lead: "Ó Fionnagáin & Sons",
  admin: "Даша Ковалёва",
  lapsed: "Ex “Pired” Check",
  outreach: "Ngọc Ánh",
};

const words = [
  "<script>alert('boo')</script> & <b>bold</b> stayed on the noticeboard; </p> ended nothing.",
  "#set page(fill: red) $x^2$ *bold* _under_ `code` @label <label> \\ #import \"/etc/passwd\": x",
  "=HYPERLINK(\"http://example.invalid\",\"click\") was on the printed rota; so was +44 and -1 and @sum.",
  "كان الجرس يرن لمدة تسع دقائق قبل أن يأتي أحد (10:15 حتى 10:24).",
  "הם יודעים שאני שותה תה בלי חלב, and said so in English: “no milk”.",
  "夜は二階に職員が一人だけです。 Είναι μόνη της τη νύχτα. Ночью одна. रात में अकेली।",
  "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz".repeat(4) + " stood on the menu.",
  "{{ 7*7 }} {% raw %} ${7*7} %s %n \u200bzero\u200dwidth\ufeff and a tab\there, a\nline break there.",
  "Cafe\u0301 and Café are spelt two ways; ﬁ ligature, ½, №, ™, “quotes”, 'quotes', \"quotes\", ‘quotes’.",
  "🙂 👩🏽‍🦽 smiled; the lift is 0.80 m wide — too narrow… 100 % of the time?",
  "'; DROP TABLE entry; -- was the Wi-Fi's name.",
  "ok",
];
const areas = ["lounge", "أمام المدخل", "the cupboard under the <stairs>", "dining room", "1st floor / wing “B”", "garden"];
const themes = ["cleanliness", "a theme of our own: noise", "safety", "<em>food</em>", "activities"];
const tones = ["good", "mixed", "poor", "neutral"];
const hows = [["seen"], ["heard", "seen"], ["smelt"], ["told"], ["read"]];
const speakers = ["resident", "relative", "staff", "visitor"];
const consents = ["quote", "not my words", "in confidence", "no", "could not say"];
const writers = [[1, people.leila], [2, people.yael], [3, people.long]];

const two = (n) => String(n).padStart(2, "0");
const at = (day, minute) => `2026-10-${two(day)}T${two(9 + Math.floor(minute / 60))}:${two(minute % 60)}`;

const entries = [];
for (const [tablet, by] of writers) {
  entries.push({ at: at(24, 0), tablet, by, kind: "arrival", told: "<manager>", shown: "card", agreed_areas: areas, not_entered: ["bedrooms"] });
}
for (let n = 0; n < 240; n += 1) {
  const [tablet, by] = writers[n % 3];
  entries.push({
    at: at(24, 1 + n), tablet, by, kind: "observation",
    area: areas[n % areas.length], theme: themes[n % themes.length], tone: tones[n % 4], how: hows[n % 5],
    words: `${n}: ${words[n % words.length]}`,
  });
}
for (let n = 0; n < 60; n += 1) {
  const [tablet, by] = writers[(n + 1) % 3];
  entries.push({
    at: at(24, 241 + n), tablet, by, kind: "view", speaker: speakers[n % 4], consent: consents[n % 5],
    theme: themes[n % themes.length], words: `View ${n}: ${words[(n * 5) % words.length]}`,
    ...(n % 7 === 3 ? { others_could_hear: true } : {}),
    ...(n % 11 === 4 ? { language: "العربية", interpreter: n % 2 ? "staff" : "professional" } : {}),
  });
}
const photo = (minute, tablet, by, file, extra) => entries.push({
  at: at(24, minute), tablet, by, kind: "photo", file, permission: "the manager", caption: `<${file}>`, shows: "A test picture.", ...extra,
});
photo(310, 1, people.leila, "../../data/photos/not-a-photo.jpg");
photo(311, 2, people.yael, "../../data/photos/cut-off.jpg");
photo(312, 3, people.long, "../../data/photos/image00971.jpg", { shows: "An indoor scene, used because its metadata is broken." });
photo(313, 1, people.leila, "../../data/photos/portrait_6.jpg", {
  redact: [{ x: -20, y: 10, w: 5000, h: 60, why: "a cover larger than the picture" }],
});
for (const [tablet, by] of writers) {
  entries.push({ at: at(24, 320), tablet, by, kind: "summary edit", field: "overall impression", words: `${by}: ${words[tablet - 1]}` });
}
entries.push({
  at: at(24, 330), tablet: 3, by: people.long, kind: "concern", about: "a resident",
  words: "Zephyrbruise on the upper arm; «she said who» <concern>", told: "the lead, by telephone",
});
for (const [tablet, by] of writers) entries.push({ at: at(24, 340), tablet, by, kind: "sync" });
// The clocks go back in the night: half past one comes twice.
entries.push({ at: "2026-10-25T01:30", tablet: 1, by: people.leila, kind: "observation", words: "The bell at half past one, whichever one that was." });
entries.push({ at: "2026-10-25T01:30", tablet: 2, by: people.yael, kind: "observation", words: "Heard it too." });
entries.push({ at: "2026-10-25T02:10", tablet: 1, by: people.leila, kind: "departure", told: "night nurse", feedback: "bells" });

const scenario = {
  about: "Made by make.mjs: the shape of hazel-court with everything that is awkward.",
  organisation: { name: "Réseau “O’Hara” & Søn <LINk>", scheme: "link-2008", host: "Host & Co" },
  people: [
    ...[people.leila, people.yael, people.long].map((name) => ({
      name, role: "authorised representative",
      check_seen: "2026-01-05", valid_until: "2029-01-04", trained: "2026-01-20", code_signed: "2026-01-20",
    })),
    { name: people.lapsed, role: "authorised representative", check_seen: "2023-10-25", valid_until: "2026-10-23",
      trained: "2023-11-01", code_signed: "2023-11-01", expect: "assignment to the visit of 2026-10-24 is refused: check expired on 2026-10-23" },
    { name: people.outreach, role: "outreach worker", check_seen: "2026-01-05", valid_until: "2029-01-04", trained: "2026-01-20", code_signed: "2026-01-20" },
    { name: people.officer, role: "host officer" },
    { name: people.admin, role: "host administrator" },
    { name: people.steering, role: "steering group member", check_seen: "2026-01-05", valid_until: "2029-01-04", trained: "2026-01-20", code_signed: "2026-01-20" },
    { name: people.lead, role: "safeguarding lead", phone: "020 7946 0999" },
  ],
  places: [{ name: "Maison “Ü” <b>& Co</b> · بيت", kind: "care home", provider: "P&L <Care> Ltd", commissioner: "Cyngor & Council",
    address: "1 Heol-y-Bont, Llan­fair", postcode: "SM2 0XX" }],
  visits: [{ place: "Maison “Ü” <b>& Co</b> · بيت", announcement: "unannounced", purpose: "Whether #everything & <anything> is heard",
    team: [people.leila, people.yael, people.long], lead: people.yael, entries }],
  outreach: [{ event: "Marché <samedi>", date: "2026-11-01", method: "information", present: 3, by: people.outreach, tablet: 4,
    views: [
      { speaker: "member of the public", consent: "quote", words: words[3], language: "العربية" },
      { speaker: "carer", consent: "no", words: "must be kept nowhere: Quixotry" },
    ],
    equality_sheets: [{ age: "25-49" }] }],
  presentations: [{ group: "Ελληνική <κοινότητα>", date: "2026-09-01", present: 0, method: "consultation" }],
  office: {
    report: "Enter and view report: Maison “Ü” <b>& Co</b> · بيت", by: people.officer,
    resolve: [{ field: "overall impression", by: people.yael, words: "Three of us: <kind> & #stretched, لطيفون." }],
    findings: [
      { theme: "cleanliness", text: "Words <with> #marks & $signs$ stay words.", evidence: ["24 09:01", "24 09:02", "24 09:03", "24 13:01"] },
      { theme: "a theme of our own: noise", text: "الجرس يرن طويلا.", evidence: ["24 09:04", "24 14:12"] },
    ],
    good_practice: ["24 13:01"],
    recommendations: [
      { to: "P&L <Care> Ltd", text: "Answer bells within *five* minutes & say so.", from: ["cleanliness"] },
      { to: "Cyngor & Council", text: "Read #this.", from: ["a theme of our own: noise"] },
    ],
    steps: [
      { on: "2026-10-26", do: "read by the team", answers: [people.leila, people.yael, people.long].map((by) => ({ by, says: "agreed" })) },
      { on: "2026-10-26", do: "checked", by: people.officer },
      { on: "2026-10-27", do: "sent for facts", until: "2026-11-10" },
      { on: "2026-12-20", do: "signed off", by: people.steering, under: "delegation of 2026-09-14" },
      { on: "2026-12-24", do: "sent", to: ["P&L <Care> Ltd", "Cyngor & Council"] },
      { on: "2027-01-11", do: "reply", by: "Cyngor & Council", answers: [{ n: 2, will: "no", what: "We <cannot>." }] },
      { on: "2027-01-26", do: "no reply", by: "P&L <Care> Ltd" },
      { on: "2027-01-27", do: "published" },
    ],
  },
};
writeFileSync(fileURLToPath(new URL("scenario.json", import.meta.url)), `${JSON.stringify(scenario, null, 1)}\n`);
