//! The journeys that are told through real parts. One program holds them all: each of its own would be linked anew, at three
//! hundred megabytes, with every changed line.

mod asked_back;
mod bomb;
mod crash;
mod histories;
mod outgrown;
mod places;
mod report;
mod restored;
mod scenario;
mod schemes;
mod slow_road;
mod traps;
mod walls;
