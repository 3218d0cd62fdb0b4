// Every language that there is, read by somebody or not: for the gallery and the tests, and in no tablet.
import { easy } from "./easy";
import { en, type PublicMessages } from "./en";
import { pl } from "./pl";
import { ta } from "./ta";

export const all: readonly PublicMessages[] = [en, easy, pl, ta];
