export * from "./ask";
export * from "./generated";
