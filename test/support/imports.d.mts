/** One import: both ends as paths from the project's folder, or the name of a package. */
export type Import = {
  from: string;
  to: string;
  /** It brings types alone. */
  types: boolean;
};

/** What a file imports: paths from the project's folder, or names of packages. */
export function importsOf(path: string, text?: string): Import[];

/** Every file of the project that runs when this one does, itself included. */
export function reach(path: string): Set<string>;
