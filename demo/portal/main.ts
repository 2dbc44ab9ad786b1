// The portal: its parts, its theme, its shell. Each page is loaded when it is opened.

import "@awesome.me/webawesome/dist/components/button/button.js";
import "@awesome.me/webawesome/dist/components/callout/callout.js";
import "@awesome.me/webawesome/dist/components/drawer/drawer.js";
import "@awesome.me/webawesome/dist/components/icon/icon.js";
import "@awesome.me/webawesome/dist/components/input/input.js";
import "@awesome.me/webawesome/dist/components/skeleton/skeleton.js";
import "@awesome.me/webawesome/dist/components/toast/toast.js";
import "./shell/app.ts";
import "./shell/sign-in.ts";
import { followSystemTheme } from "./shell/theme.ts";

followSystemTheme();
