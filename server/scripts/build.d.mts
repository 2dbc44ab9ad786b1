/** Brings these parts of dist/ up to date, all unless named; ends the process when that fails. */
export function build(names?: ("server" | "widgets" | "demo")[]): Promise<void>;

/** The file that says what a part was built from. */
export function stampOf(name: "server" | "widgets" | "demo"): string;
