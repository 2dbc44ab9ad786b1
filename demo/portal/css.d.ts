// Style sheets that a page brings along.

declare module "*.css";
