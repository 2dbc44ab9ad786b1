/** The test files below test/, or those of them that `asked` names, by file or by folder. */
export function testFiles(asked?: string[]): string[];

/** What a test file needs besides itself: a database, parts of dist/, a browser. */
export function needsOf(file: string): { database: boolean; built: string[]; browser: boolean };

/** Whether a test file may come out otherwise once this file of the project has changed. */
export function dependsOn(file: string, changed: string): boolean;
