/** A page or a sheet is made anew for each notebook and draft, so it takes its first props on purpose. */
export default {
  compilerOptions: { warningFilter: (warning) => warning.code !== "state_referenced_locally" },
};
