//! The tablets' door as OpenAPI: a table of its paths beside the router, with the schemas of the wire's own types, written
//! to `docs/openapi.json`. The tests fail when the file is stale, and when a route stands on one side only.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use domain::wire::{self, Enrol, Enrolled, Feed, PhotoProgress, Problem, Push, Pushed, SealedRecord};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What is said in a body.
enum Says {
    Nothing,
    Json(fn(&mut SchemaGenerator) -> Value),
    Bytes,
}

/// One request.
struct Door {
    method: &'static str,
    path: &'static str,
    what: &'static str,
    signed: bool,
    query: &'static [(&'static str, &'static str)],
    headers: &'static [(&'static str, &'static str)],
    body: Says,
    answer: (&'static str, Says, &'static [(&'static str, &'static str)]),
}

fn of<T: schemars::JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

const PIECE: &[(&str, &str)] =
    &[(wire::PIECE_AT, "At which byte this piece begins."), (wire::PHOTO_SIZE, "The photo's whole size in bytes.")];
const HAVE: &[(&str, &str)] = &[
    (wire::PHOTO_HAVE, "Bytes that are here, from the first on."),
    (wire::PHOTO_SIZE, "The photo's whole size in bytes."),
    (wire::PHOTO_COMPLETE, "`yes` when all is here, verified and durable."),
];
const FEED: &[(&str, &str)] = &[
    ("after", "A cursor, as the last page gave it; none for the beginning; or briefly LIFE.REVISION.START."),
    ("wait", "Seconds to hold the request while nothing is new; at most 25."),
    ("own", "1: the tablet's own changes with their bytes, for one that lost them."),
    (
        "most",
        "Bytes of a page after which it ends, though not before its first item; 0: no page, only how far the record has come.",
    ),
];

/// On every answer.
const ALWAYS: &[(&str, &str)] = &[
    (wire::SERVER_TIME, "The server's clock, in milliseconds since 1970 (UTC)."),
    (wire::SPEAKS, "The newest version that the office speaks."),
    (wire::PROGRAM, "The version of the office's program."),
    (wire::NEXT_NONCE, "The nonce for the next request."),
];
/// On the answer to what is said briefly, in place of those.
const BRIEFLY: &[(&str, &str)] = &[(wire::BRIEF, "VERSION PROGRAM NONCE; the nonce begins with the server's clock.")];
/// On every good answer to what was signed.
const MARKED: &[(&str, &str)] =
    &[(wire::MARK, "How far the record has come, to be said with the next request for the feed.")];

fn doors() -> Vec<Door> {
    let door = |method, path, what| Door {
        method,
        path,
        what,
        signed: true,
        query: &[],
        headers: &[],
        body: Says::Nothing,
        answer: ("200", Says::Nothing, &[]),
    };
    vec![
        Door {
            signed: false,
            answer: ("204", Says::Nothing, &[]),
            ..door("get", "/sync/v1/nonce", "A first nonce, for whoever has none; it stands in the answer's headers.")
        },
        Door {
            signed: false,
            body: Says::Json(of::<Enrol>),
            answer: ("200", Says::Json(of::<Enrolled>), &[]),
            ..door("post", "/sync/v1/enrol", "Sets up a tablet with the secret of its code.")
        },
        Door {
            body: Says::Json(of::<Push>),
            answer: ("200", Says::Json(of::<Pushed>), &[]),
            ..door(
                "post",
                "/sync/v1/push",
                "Changes for good keeping: at most 500 and 4 MiB. Answered when they are on disk.",
            )
        },
        Door {
            query: FEED,
            answer: ("200", Says::Json(of::<Feed>), &[("retry-after", "There was no room to hold it: seconds.")]),
            ..door(
                "get",
                "/sync/v1/feed",
                "What the tablet may know since the cursor; one held request a tablet. 204 to a brief place where nothing is new.",
            )
        },
        Door {
            answer: ("204", Says::Nothing, HAVE),
            ..door("head", "/sync/v1/photos/{hash}", "How much of a photo is here; 404 where nothing is.")
        },
        Door {
            headers: PIECE,
            body: Says::Bytes,
            answer: ("200", Says::Json(of::<PhotoProgress>), &[]),
            ..door("patch", "/sync/v1/photos/{hash}", "A piece of a photo, of at most 256 KiB.")
        },
        Door {
            body: Says::Json(of::<SealedRecord>),
            answer: ("204", Says::Nothing, &[]),
            ..door("post", "/sync/v1/sealed", "One sealed record, immutable, by its id.")
        },
    ]
}

fn content(says: &Says, generator: &mut SchemaGenerator) -> Option<Value> {
    match says {
        Says::Nothing => None,
        Says::Json(schema) => Some(json!({ "application/json": { "schema": schema(generator) } })),
        Says::Bytes => Some(json!({ "application/octet-stream": {} })),
    }
}

fn parameter(place: &str, name: &str, description: &str, required: bool) -> Value {
    json!({ "in": place, "name": name, "description": description, "required": required, "schema": { "type": "string" } })
}

fn headers(all: &[(&str, &str)]) -> Value {
    let one = |(name, what): &(&str, &str)| {
        ((*name).to_owned(), json!({ "description": what, "schema": { "type": "string" } }))
    };
    Value::Object(all.iter().map(one).collect())
}

fn operation(door: &Door, generator: &mut SchemaGenerator) -> Value {
    let briefly = door.signed;
    let mut parameters =
        vec![parameter("header", wire::SPEAKS, "The version that is spoken in this request.", !briefly)];
    if door.signed {
        parameters.extend([
            parameter(
                "header",
                wire::BRIEF,
                "Since version 3, in place of the next three and of the version: VERSION DEVICE NONCE SIGNATURE.",
                false,
            ),
            parameter("header", wire::DEVICE, "Which tablet.", false),
            parameter("header", wire::NONCE, "The nonce of the answer before.", false),
            parameter(
                "header",
                wire::SIGNATURE,
                "Ed25519 over method, path, body and nonce (docs/protocol.md).",
                false,
            ),
            parameter("header", wire::WAITING, "What waits on the tablet once this is answered well.", false),
        ]);
    }
    if door.path.contains("{hash}") {
        parameters.push(parameter("path", "hash", "SHA-256 of the whole photo, hexadecimal.", true));
    }
    if door.path == "/sync/v1/feed" {
        parameters.push(parameter(
            "header",
            wire::MARK,
            "The furthest that this tablet was told the record had come.",
            false,
        ));
    }
    parameters.extend(door.headers.iter().map(|(name, what)| parameter("header", name, what, true)));
    parameters.extend(door.query.iter().map(|(name, what)| parameter("query", name, what, false)));
    let (status, says, told) = &door.answer;
    let marked = if door.signed { MARKED } else { &[] };
    let told = [ALWAYS, if door.signed { BRIEFLY } else { &[] }, marked, *told].concat();
    let mut answer = json!({ "description": "Done.", "headers": headers(&told) });
    if let Some(content) = content(says, generator) {
        answer["content"] = content;
    }
    let problem = json!({
        "description": "Not done: why, for the tablet to act upon and for a person to read.",
        "headers": headers(&[ALWAYS, &[("retry-after", "With `later`: seconds before which nothing is asked.")]].concat()),
        "content": { "application/problem+json": { "schema": of::<Problem>(generator) } },
    });
    let mut operation = json!({
        "summary": door.what, "parameters": parameters, "responses": { *status: answer, "default": problem },
    });
    if let Some(content) = content(&door.body, generator) {
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation
}

fn openapi() -> String {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    let mut generator = settings.into_generator();
    let mut paths = Map::new();
    for door in doors() {
        let operation = operation(&door, &mut generator);
        paths.entry(door.path).or_insert_with(|| json!({}))[door.method] = operation;
    }
    let text = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Enterview: what tablet and office say to each other",
            "version": wire::VERSION.to_string(),
            "description": "docs/protocol.md says the same in words, with what these types cannot say: how a request is signed, what a \
                            fate means, what may be packed, when to come again.",
        },
        "paths": paths,
        "components": { "schemas": generator.take_definitions(true) },
    });
    format!("{}\n", serde_json::to_string_pretty(&text).unwrap())
}

#[test]
fn the_openapi_file_is_that_of_these_types() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    if std::env::var_os("WRITE_TYPES").is_some() {
        std::fs::write(&file, openapi()).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(written == openapi(), "docs/openapi.json is stale: run this test with WRITE_TYPES=1");
}

#[test]
fn every_route_of_the_router_stands_in_the_table_and_no_other() {
    let router = include_str!("../sync.rs");
    let mut routed = BTreeSet::new();
    for line in router.split(".route(\"").skip(1) {
        let (path, handlers) = line.split_once('"').unwrap();
        let handlers = handlers.lines().next().unwrap();
        for method in ["get", "post", "head", "patch", "put", "delete"] {
            if handlers.contains(&format!("{method}(")) {
                routed.insert((method, path.to_owned()));
            }
        }
    }
    let told: BTreeSet<_> = doors().iter().map(|door| (door.method, door.path.to_owned())).collect();
    assert_eq!(routed, told);
    assert_eq!(routed.len(), doors().len());
}
