// Style sheets that a page imports.

declare module "*.css";
