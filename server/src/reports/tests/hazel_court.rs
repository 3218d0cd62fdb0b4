//! The report on Hazel Court, by hand, as the office would compose it; and small photos in place of the tablets'.

use jpeg_encoder::{ColorType, Encoder};

use crate::reports::*;

pub const TEA: &str = "They know I take my tea without milk. It matters more than you'd think.";
pub const POSTS: &str = "Two night posts are out to advert. Agency covers four nights in seven.";
pub const GLASSES: &str =
    "They are kind, but I've asked three times about her glasses and three people have written it down.";

pub fn quote(entry: &str, words: &str, speaker: &str) -> Block {
    let words = QuoteRun::new(Quotable::from_quotable_view(entry, words));
    Block::Quote(Quote { words, speaker: speaker.to_owned() })
}

pub fn seen(how: How, words: &str) -> Block {
    Block::Observation(Observation::new(vec![how], words))
}

pub fn photo(hash: &str, caption: &str, shows: &str, covered: Option<&str>) -> Block {
    Block::Photo(Photo {
        hash: hash.to_owned(),
        width: 800,
        height: 600,
        shows: shows.to_owned(),
        caption: caption.to_owned(),
        covered: covered.map(str::to_owned),
        cover_confirmed: true,
        second_look: true,
        permission: "deputy manager".to_owned(),
    })
}

/// A corridor in flat colours, drawn and encoded here so that no picture lies in the repository.
pub fn jpeg(width: u16, height: u16, tint: u8) -> Vec<u8> {
    let (w, h) = (usize::from(width), usize::from(height));
    let mut pixels = vec![0; w * h * 3];
    for (at, pixel) in pixels.chunks_exact_mut(3).enumerate() {
        let (x, y) = (at % w, at / w);
        let wall = x * h < y * w / 2 || (w - x) * h < y * w / 2;
        let rail = y > h / 2 && y < h / 2 + h / 40;
        let shade = if rail {
            [120, 90, 60]
        } else if wall {
            [210, 198, 176]
        } else {
            [238, 230, 210]
        };
        pixel.copy_from_slice(&shade);
        if (x / 40) % 9 == 3 && y > h / 3 {
            pixel[2] = tint;
        }
    }
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 82).encode(&pixels, width, height, ColorType::Rgb).unwrap();
    bytes
}

pub fn photos() -> Photos {
    ["corridor", "leaflet-rack", "raised-beds"]
        .into_iter()
        .zip([40, 110, 180])
        .map(|(hash, tint)| (hash.to_owned(), jpeg(800, 600, tint)))
        .collect()
}

pub fn report() -> Document {
    Document {
        language: "en-GB".to_owned(),
        organisation: "Sutton LINk".to_owned(),
        stage: None,
        running: "A snapshot of two visits, not an inspection. Sutton LINk, Hazel Court, December 2026".to_owned(),
        created: "2026-12-01T09:30:00Z".parse().unwrap(),
        title: title(),
        sections: vec![
            Section::of_findings(findings()),
            Section::new("Good practice", good_practice()),
            Section::new("Our overall impression", vec![impression()]),
            Section::new("How we did this", methods()),
            Section::new("What we ask, and your answer", vec![Block::Recommendations(asks())]),
            Section::new("What enter and view is", standing()),
            Section::new("Who gets this report", distribution()),
        ],
    }
}

fn title() -> TitlePage {
    TitlePage {
        place: "Hazel Court".to_owned(),
        kind: "Enter and view report".to_owned(),
        where_: "Hazel Court, care home, 14 Larch Grove, Sutton SM2 0XX. Run by Beechway Care Ltd.".to_owned(),
        when: "Tuesday\u{a0}10\u{a0}November 2026, morning, and Wednesday\u{a0}11\u{a0}November, evening. \
               The home knew the day."
            .to_owned(),
        who: "Asha Patel (lead), Tom Okafor, Grace Lindqvist. Residents, relatives and staff spoke to us.".to_owned(),
        found: [
            "Staff are kind and know people's small preferences.",
            "Evenings and nights are short of people, and calls wait.",
            "Handrails are blocked; toilet signs are hard to read.",
            "The complaints leaflet and activities board are old.",
            "A relative asked for one thing three times.",
        ]
        .map(str::to_owned)
        .to_vec(),
        ask: [
            (1, "Measure the call bells at night, and publish the result."),
            (2, "Clear the handrails and fit picture signs."),
            (3, "Replace the complaints leaflet."),
            (4, "Of the London Borough of Sutton: ask for the night rotas."),
        ]
        .map(|(number, words)| Ask { number, words: words.to_owned() })
        .to_vec(),
        by_when: vec![ByWhen { due: due(), to: None }],
    }
}

fn due() -> Due {
    Due::due("Wednesday\u{a0}30\u{a0}December 2026")
}

fn findings() -> Vec<Finding> {
    vec![
        Finding {
            number: 1,
            theme: "staffing and staff manner".to_owned(),
            text: "Staff are warm; evenings and nights are short of people".to_owned(),
            rests_on: 7,
            strength: None,
            evidence: vec![
                Block::Observation(Observation::new(
                    vec![How::Seen, How::Heard],
                    "A care worker crouched to eye level and used each person's first name before moving a chair.",
                )),
                quote("10-1030", TEA, "Residents and relatives"),
                seen(How::Heard, "Four call bells in forty minutes; answered after 2, 6, 7 and 11 minutes."),
                Block::ProviderWords(ProviderWords {
                    label: "The home says".to_owned(),
                    words: "The call bell at 10:15 was answered after four minutes.".to_owned(),
                }),
                quote("10-1115", POSTS, "The manager"),
            ],
        },
        Finding {
            number: 2,
            theme: "environment and accessibility".to_owned(),
            text: "Handrails are blocked by stored equipment and toilet signs are hard to read".to_owned(),
            rests_on: 6,
            strength: None,
            evidence: vec![
                photo(
                    "corridor",
                    "Corridor with hoist against the handrail",
                    "A corridor with a hoist and two wheelchairs parked along the left-hand handrail, and a closed bedroom door on the right.",
                    Some("A name on a door is covered."),
                ),
                seen(How::Seen, "Toilet signs are words only, white on beige; no picture, no contrast."),
            ],
        },
        Finding {
            number: 3,
            theme: "information and complaints".to_owned(),
            text: "The complaints leaflet and the activities board are out of date.".to_owned(),
            rests_on: 4,
            strength: None,
            evidence: vec![photo(
                "leaflet-rack",
                "Leaflet rack by the front door",
                "A wooden leaflet rack on the wall beside a green front door; the leaflet in the middle reads Complaints 2019.",
                None,
            )],
        },
        Finding {
            number: 4,
            theme: "being listened to".to_owned(),
            text: "A relative repeated one request three times.".to_owned(),
            rests_on: 1,
            strength: None,
            evidence: vec![quote("10-1041", GLASSES, "Residents and relatives")],
        },
    ]
}

fn good_practice() -> Vec<Block> {
    vec![
        seen(How::Seen, "Two hot choices shown on plates, not on paper; people pointed."),
        quote("10-1109", "I got my dementia training in my first week and a mentor for a month.", "Staff and managers"),
        photo(
            "raised-beds",
            "Raised beds in the garden",
            "Timber raised beds at wheelchair height on both sides of a firm, level path that leads to an open door.",
            None,
        ),
    ]
}

pub fn impression() -> Block {
    Block::Differences(Differences {
        field: "overall impression".to_owned(),
        texts: vec![
            Told {
                words: "Warm staff in a building that makes some things harder than they need be.".to_owned(),
                by: "Asha Patel".to_owned(),
                at: "Tuesday 10 November 2026, 11:20".to_owned(),
            },
            Told {
                words: "Kind people, stretched thin, above all at night.".to_owned(),
                by: "Tom Okafor".to_owned(),
                at: "Tuesday 10 November 2026, 11:21".to_owned(),
            },
        ],
        printed_by_decision: true,
        decided: None,
    })
}

fn methods() -> Vec<Block> {
    vec![
        Block::Paragraph {
            runs: vec![
                Run::plain("We came twice: once on a "),
                Run::strong("Tuesday morning"),
                Run::plain(" and once on a "),
                Run::strong("Wednesday evening"),
                Run::plain(". We watched, we listened, and we spoke to whoever wished to speak to us."),
            ],
        },
        Block::Table(Table {
            caption: "Who spoke to us".to_owned(),
            header: vec!["Who".to_owned(), "People".to_owned()],
            rows: [("Residents and relatives", "5"), ("Staff and managers", "3")]
                .map(|(who, n)| vec![who.to_owned(), n.to_owned()])
                .to_vec(),
            note: Some("These are people who chose to speak to us, not a sample.".to_owned()),
        }),
        Block::List {
            numbered: false,
            items: vec![
                vec![Run::plain("We saw the entrance, lounge, dining room, garden and corridors.")],
                vec![Run::plain("We did not enter bedrooms without invitation, nor the staff room.")],
            ],
        },
    ]
}

pub fn asks() -> Recommendations {
    let to = "Beechway Care Ltd";
    let rows = [
        (
            to,
            "Measure how long call bells ring between 20:00 and 08:00 for four weeks and publish the result to residents and families.",
        ),
        (to, "Move stored equipment off the handrails and fit picture signs to every toilet."),
        (to, "Replace the complaints leaflet; name who answers and within how many days."),
        (
            "London Borough of Sutton",
            "Ask for the home's night rotas from September to November at the next contract meeting.",
        ),
    ];
    Recommendations {
        rows: (1..)
            .zip(rows)
            .map(|(number, (to, text))| Recommendation {
                number,
                to: to.to_owned(),
                text: text.to_owned(),
                by: None,
                due: Some(due()),
                answer: Answer::Awaited,
            })
            .collect(),
        how_to_answer: Some(
            "Please answer in writing to Sutton LINk. Without an answer the report is published all \
             the same, and says so."
                .to_owned(),
        ),
    }
}

/// What came: three answers in time, one never.
pub fn answered(mut report: Document) -> Document {
    let given = |choice, words: &str, by: &str| Answer::Given {
        choice,
        words: words.to_owned(),
        by_when: Some(by.to_owned()),
        on: "Friday 18 December 2026".to_owned(),
    };
    let answers = [
        given(Choice::Will, "Bell log from 4 January, shared at the families' meeting.", "Friday 5 February 2027"),
        given(Choice::InPart, "Equipment moved. Signs await the landlord.", "Wednesday 31 March 2027"),
        given(Choice::Will, "New leaflet printed.", "Monday 21 December 2026"),
        Answer::Missing { by: "Wednesday 30 December 2026".to_owned() },
    ];
    for section in &mut report.sections {
        for block in &mut section.blocks {
            if let Block::Recommendations(asks) = block {
                asks.rows.iter_mut().zip(answers.clone()).for_each(|(row, answer)| row.answer = answer);
            }
        }
    }
    report
}

fn standing() -> Vec<Block> {
    vec![
        Block::paragraph(
            "Authorised representatives go into places where care is given, look, and listen to the people there. \
             They come without wanting to find fault. They do not read care plans and do not give medicines.",
        ),
        Block::paragraph("This report is a snapshot of two visits. It is not an inspection and gives no marks."),
    ]
}

fn distribution() -> Vec<Block> {
    vec![Block::Facts {
        rows: vec![
            Fact::new("For an answer", "Beechway Care Ltd; London Borough of Sutton"),
            Fact::new("To know", "Care Quality Commission; Overview and Scrutiny Committee"),
            Fact::new("How to reach us", "Sutton LINk, by telephone 020 7946 0100"),
        ],
    }]
}

/// The surgery's visit, cut short on ground (a).
pub fn refusal() -> Block {
    Block::Refusal(Refusal {
        cut_short: true,
        ground: "a".to_owned(),
        ground_words: "presence would compromise care, privacy or dignity".to_owned(),
        citation: "SI 2008/915 reg 3".to_owned(),
        runs: vec![Run::plain("An emergency in the waiting room; asked to leave so the person could be seen there.")],
        said_by: "practice manager".to_owned(),
        when: "Thursday 26 November 2026, 08:40".to_owned(),
    })
}
