// Switches and check boxes whose own control takes the click, above its drawing.

import WaCheckbox from "@awesome.me/webawesome/dist/components/checkbox/checkbox.js";
import WaSwitch from "@awesome.me/webawesome/dist/components/switch/switch.js";
import { css } from "lit";

// Web Awesome hides the control beneath its drawing; voice control, magnifiers and scripted
// browsers click where the control is.
const onTop = css`
  input {
    z-index: 1;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    cursor: inherit;
    pointer-events: auto !important;
  }
`;

WaCheckbox.elementStyles.push(onTop);
WaSwitch.elementStyles.push(onTop);
